"""Cases of the facet rules: where each fires, with what it says and quotes, and near-misses where it must not.

A new rule needs a line in either table; `test_facets.py` fails without. All sentences are made up.
"""

from __future__ import annotations

from typing import NamedTuple

from tracker.model import Effect


class Case(NamedTuple):
    """One change in which a rule fires once."""

    rule: str
    old: str
    new: str
    effect: Effect
    before: str | None
    """What is quoted of `old`."""
    after: str | None
    language: str | None = None
    """None where it is not known."""
    title: str = "Practices"
    lead: str = ""
    """What introduces the list."""


class NearMiss(NamedTuple):
    """One change that looks like a rule's, and in which it does not fire."""

    rule: str
    old: str
    new: str
    language: str | None = None
    title: str = "Practices"
    lead: str = ""


def comes(rule: str, sentence: str, effect: Effect, quoted: str | None = None, language: str | None = None) -> Case:
    """Return the case of a sentence that is added to a clause."""
    quote = sentence.rstrip(".") if quoted is None else quoted
    return Case(rule, "Hello.", f"Hello. {sentence}", effect, None, quote, language)


def goes(rule: str, sentence: str, effect: Effect, quoted: str | None = None, language: str | None = None) -> Case:
    """Return the case of a sentence that is taken out of a clause."""
    quote = sentence.rstrip(".") if quoted is None else quoted
    return Case(rule, f"Hello. {sentence}", "Hello.", effect, quote, None, language)


_SCALES = [
    Case("trigger-scale",
         "On a court order we may disclose the number of a terror suspect.",
         "On a court order we may disclose the number of anyone accused of criminal activity.",
         "widens", "terror suspect", "criminal activity"),
    Case("trigger-scale",
         "We may disclose records in a case of crime to the police.",
         "We may disclose records in a case of serious crime to the police.",
         "narrows", "crime", "serious crime"),
    Case("trigger-scale",
         "Wir können Daten eines Terrorverdächtigen an Behörden weitergeben.",
         "Wir können Daten bei jeder Straftat an Behörden weitergeben.",
         "widens", "Terrorverdächtigen", "Straftat"),
    Case("authority-scale",
         "We provide records to the police under a court order.",
         "We provide records to the police after any valid legal request.",
         "widens", "court order", "valid legal request"),
    Case("authority-scale",
         "Nous communiquons ces données sur demande.",
         "Nous communiquons ces données sur décision de justice.",
         "narrows", "sur demande", "décision de justice"),
    Case("cadence-scale", "We publish a report on this monthly.", "We publish a report on this annually.",
         "widens", "monthly", "annually"),
    Case("location-precision", "The app reads your coarse location.", "The app reads your precise location.",
         "widens", "coarse", "precise"),
    Case("location-precision", "Die App liest Ihren genauen Standort.", "Die App liest Ihren ungefähren Standort.",
         "narrows", "genauen", "ungefähren", "de"),
]  # fmt: skip
_QUANTITIES = [
    Case("retention-period", "Logs are kept for 6 months.", "Logs are kept for 18 months.",
         "widens", "6 months", "18 months"),
    Case("retention-period", "We delete backups after one year.", "We delete backups after 30 days.",
         "narrows", "one year", "30 days"),
    Case("retention-period",
         "Logs are kept for 6 months and mails for 3 days.", "Logs are kept for 18 months and mails for 3 days.",
         "widens", "6 months", "18 months"),
    Case("retention-period-limit", "Logs are kept.", "Logs are kept for 6 months.", "narrows", None, "6 months"),
    Case("retention-period-limit", "Logs are kept for 6 months.", "Logs are kept.", "widens", "6 months", None),
    Case("notice-period",
         "We give notice of new fees 130 days before they apply.",
         "We give notice of new fees 30 days before they apply.",
         "widens", "130 days", "30 days"),
    Case("age-limit",
         "We do not knowingly collect data of persons under 13.",
         "We do not knowingly collect data of persons under 16.",
         "narrows", "13", "16"),
    Case("minimum-age", "Guests must be at least 16 years old.", "Guests must be at least 14 years old.",
         "narrows", "16", "14"),
    Case("time-to-act", "You have 10 days to cancel.", "You have 20 days to cancel.", "narrows", "10 days", "20 days"),
    Case("fee-amount", "A late fee of 10 euros is due.", "A late fee of 15 euros is due.",
         "widens", "10 euros", "15 euros"),
    Case("liability-amount",
         "Our liability is limited to 100 euros.", "Our liability is limited to 50 euros.",
         "widens", "100 euros", "50 euros"),
    Case("time-to-cancel",
         "You must notify the desk 10 days before.", "You must notify the desk 20 days before.",
         "widens", "10 days", "20 days"),
    Case("withholding", "We may hold payments for 10 days.", "We may hold payments for 20 days.",
         "widens", "10 days", "20 days"),
    Case("response-time", "We answer a complaint within 10 days.", "We answer a complaint within 40 days.",
         "widens", "10 days", "40 days"),
]  # fmt: skip
_MODALITY = [
    Case("modality-changed", "We may share your name with partners.", "We will share your name with partners.",
         "widens", "We may share your name with partners", "We will share your name with partners"),
    Case("modality-changed", "We will notify you of a breach.", "We may notify you of a breach.",
         "widens", "We will notify you of a breach", "We may notify you of a breach"),
    Case("modality-changed", "We do not sell lists.", "We may sell lists.",
         "widens", "We do not sell lists", "We may sell lists"),
    # In English, what one side alone states is told by stances. These rules are left with English sentences on pages
    # of another language: their lexicon has no words but English ones.
    goes("promise-removed", "We never sell lists.", "widens", language="de"),
    comes("promise-added", "We do not log visits.", "narrows", language="de"),
    comes("use-stated", "We may record calls.", "widens", language="fr"),
    goes("use-stated", "We may record calls.", "unclear", language="fr"),
    comes("protection-stated", "We will encrypt backups.", "narrows", language="de"),
]  # fmt: skip
_STATEMENTS = [
    goes("never-happened", "So far, this has never happened.", "widens", "So far, this has never happened."),
    Case("only-for", "It is used only for billing.", "It is used for billing.", "widens", "used only", None),
    Case("right-of-user", "", "You have the right to object.", "narrows", None, "You have the right"),
    comes("prohibition", "You may not use robots.", "widens", "You may not"),
    Case("waiver", "", "Claims are resolved by arbitration.", "widens", None, "resolved by arbitration"),
    Case("discretion", "We may close a room.", "We may close a room in our sole discretion.",
         "widens", None, "sole discretion"),
    Case("prior-notice", "We change fees after prior notice.", "We change fees.", "widens", "prior notice", None),
    Case("consent-asked", "Photos are shown with your consent.", "Photos are shown.",
         "widens", "with your consent", None),
    Case("deemed-consent", "", "By using the site you agree to all this.",
         "widens", None, "By using the site you agree"),
    Case("model-training", "", "Posts serve to train our models.", "widens", None, "train our models"),
    Case("advertising-use", "", "It helps us to show ads.", "widens", None, "show ads"),
    Case("sale", "", "This counts as a sale of data.", "widens", None, "sale of data"),
    Case("broad-licence", "The licence ends with your stay.", "The licence is perpetual.",
         "widens", None, "perpetual"),
    Case("anonymity", "", "These counts do not identify you.", "narrows", None, "not identify you"),
    Case("anonymity", "Les visites sont anonymes.", "Les visites existent.", "widens", "anonymes", None, "fr"),
    comes("consumer-exception", "Nothing herein limits gnomes.", "narrows", "Nothing herein limits"),
    comes("vendor-bound", "Our printers are contractually bound.", "narrows", "contractually bound"),
    comes("safeguard", "Backups use TLS.", "narrows", "TLS"),
    comes("safeguard", "We will encrypt backups.", "narrows", "encrypt"),
    goes("safeguard", "We will encrypt backups.", "widens", "encrypt"),
    comes("refund", "Money back within a week.", "narrows", "Money back"),
    comes("fee", "A late fee applies.", "widens", "late fee"),
    comes("ownership", "Your poems remain yours.", "narrows", "remain yours"),
    comes("legal-process", "Requests must bear a letterhead.", "narrows", "Requests must"),
    comes("indefinite", "Copies stay forever.", "widens", "forever"),
    comes("permission", "Robots are welcome.", "narrows", "are welcome"),
    comes("reasons", "We send a statement of reasons.", "narrows", "statement of reasons"),
    Case("linking", "", "Visits are linked to your account.", "widens", None, "linked to your account"),
]  # fmt: skip
_LISTS = [
    Case("data-list", "We collect your name.", "We collect your name and your IP address.",
         "widens", None, "IP address"),
    Case("data-list", "We collect your phone number and your birthday.", "We collect your phone number.",
         "narrows", "birthday", None),
    Case("recipient-list",
         "Text may be shared with Example Search LLC.",
         "Text may be shared with Example Search LLC or Sample Office Corporation.",
         "widens", None, "Sample Office Corporation"),
    Case("recipient-list", "We share this with service providers.",
         "We share this with service providers and advertisers.",
         "widens", None, "advertisers"),
]  # fmt: skip
_STANCES = [
    comes("hurdle-comes", "Officers must bring a signed letter.", "narrows"),
    goes("hurdle-goes", "Officers must bring a signed letter.", "widens"),
    comes("hurdle-hint", "Formal legal process.", "narrows"),
    comes("hurdle-hint", "La demande doit venir de l'autorité.", "narrows", "demande doit venir de l'autorité", "fr"),
    comes("hurdle-hint", "Auf Anfragen der Polizei muss ein Richter unterschreiben.", "narrows",
          "Anfragen der Polizei muss ein Richter unterschreiben", "de"),
    comes("choice-comes", "You may turn this off.", "narrows"),
    comes("choice-comes", "Guests can withdraw their reviews at any time.", "narrows"),
    goes("choice-goes", "You may turn this off.", "widens"),
    comes("choice-hint", "Opting out.", "narrows"),
    comes("choice-hint", "Vous pouvez vous y opposer.", "narrows", language="fr"),
    comes("choice-hint", "Sie können widersprechen.", "narrows", language="de"),
    comes("disclaimer-comes", "We do not guarantee an answer.", "widens"),
    goes("disclaimer-goes", "We do not guarantee an answer.", "narrows"),
    comes("disclaimer-hint", "Wir haften nicht.", "widens", "haften nicht", "de"),
    comes("disclaimer-hint", "Aucune garantie.", "widens", language="fr"),
    comes("disclaimer-hint", "At your sole risk.", "widens", "sole risk"),
    comes("care-comes", "We will protect backups.", "narrows"),
    goes("care-goes", "We will protect backups.", "widens"),
    comes("care-hint", "Privacy shield.", "narrows"),
    comes("care-hint", "Les copies sont chiffrées.", "narrows", "chiffrées", "fr"),
    comes("promise-comes", "We do not log visits.", "narrows"),
    goes("promise-goes", "We do not log visits.", "widens"),
    comes("promise-hint", "Not sold.", "narrows"),
    comes("promise-hint", "Listen werden gelöscht.", "narrows", "werden gelöscht", "de"),
    comes("promise-hint", "Nous ne filmons jamais.", "narrows", language="fr"),
    comes("duty-comes", "You must carry a badge.", "widens"),
    comes("duty-comes", "Ball games are forbidden.", "widens", "forbidden"),
    goes("duty-goes", "You must carry a badge.", "narrows"),
    comes("duty-hint", "By clicking here.", "widens"),
    comes("duty-hint", "Vous devez payer.", "widens", language="fr"),
    comes("duty-hint", "Ballspiele sind verboten.", "widens", "verboten", "de"),
    comes("power-comes", "We may close your room.", "widens"),
    goes("power-goes", "We may close your room.", "narrows"),
    comes("power-hint", "Nous pouvons filmer.", "widens", language="fr"),
    comes("power-hint", "Wir dürfen jeden Raum schließen.", "widens", language="de"),
    comes("use-comes", "We may record calls.", "widens"),
    # Whether the practice ended or only its mention, the text does not say.
    goes("use-goes", "We may record calls.", "unclear"),
    comes("use-hint", "Advertising pixels.", "widens"),
    comes("use-hint", "Daten, im Garten erhoben.", "widens", language="de"),
    comes("use-hint", "Données partagées", "widens", language="fr"),
    Case("use-hint", "", "Banks and insurers", "widens", None, "Banks and insurers", title="Who receives your data"),
    comes("passing-on-comes", "We may share letters.", "widens"),
    goes("passing-on-goes", "We may share letters.", "narrows"),
    Case("passing-on-hint", "", "Banks and insurers", "widens", None, "Banks and insurers",
         lead="We share your name with:"),
    Case("act-turned", "We share letters with banks.", "We no longer share letters with banks.",
         "narrows", "We share", "We no longer share"),
    Case("act-turned", "We will not read letters.", "We will read letters.",
         "widens", "We will not read", "We will read"),
]  # fmt: skip
_REACH = [
    Case("promise-object", "We do not sell your data here.", "We do not sell chats here.",
         "widens", "your data", "chats"),
    Case("promise-object", "We do not sell the names here.", "We do not sell the data here.",
         "narrows", "names", "data"),
    Case("reach-power-more-comes", "We may share your name.", "We may share your name and number.",
         "widens", None, "and number"),
    Case("reach-power-more-goes", "We may share your name and number.", "We may share your name.",
         "narrows", "and number", None),
    Case("reach-power-less-comes", "We may share your name.", "We may share your name if you order.",
         "narrows", None, "if you order"),
    Case("reach-power-less-goes", "We may share your name if you order.", "We may share your name.",
         "widens", "if you order", None),
    Case("reach-shield-more-comes", "We do not sell your name.", "We do not sell your name and number.",
         "narrows", None, "and number"),
    Case("reach-shield-more-goes", "We do not sell your name and number.", "We do not sell your name.",
         "widens", "and number", None),
    Case("reach-shield-less-comes", "We do not sell your name.", "We do not sell your name unless you order.",
         "widens", None, "unless you order"),
    Case("reach-shield-less-goes", "We do not sell your name unless you order.", "We do not sell your name.",
         "narrows", "unless you order", None),
]  # fmt: skip
_NAMES = [
    Case("territory",
         "These terms are governed by the laws of Norway.", "These terms are governed by the laws of Sweden.",
         "unclear", "Norway", "Sweden"),
    Case("territory", "If you live in Norway, this holds.", "If you live in Norway or Sweden, this holds.",
         "unclear", None, "Sweden"),
    Case("territory", "If you live in Norway or Sweden, this holds.", "If you live in Norway, this holds.",
         "unclear", "Sweden", None),
    Case("party", "The controller is Alder Garden Ltd here.", "The controller is Birch Garden Ltd here.",
         "unclear", "Alder Garden Ltd", "Birch Garden Ltd"),
    Case("party", "Verantwortlich ist der Verein Ahorn hier.", "Verantwortlich ist der Verein Birke hier.",
         "unclear", "Verein Ahorn", "Verein Birke", "de"),
]  # fmt: skip
CASES = [*_SCALES, *_QUANTITIES, *_MODALITY, *_STATEMENTS, *_LISTS, *_STANCES, *_REACH, *_NAMES]

NEAR_MISSES = [
    NearMiss("trigger-scale", "The film is about terrorism.", "The film is about crime."),
    NearMiss("trigger-scale", "We tell the police of crime at once.", "We tell the police of crime very soon."),
    NearMiss("authority-scale", "A court order closed the street.", "The road closed upon request."),
    NearMiss("cadence-scale", "Fees are due monthly.", "Fees are due annually."),
    NearMiss("location-precision", "The map is coarse.", "The map is precise."),
    NearMiss("retention-period", "We were founded 6 months ago.", "We were founded 18 months ago."),
    NearMiss("retention-period", "Logs are kept for 12 months.", "Logs are kept for one year."),
    NearMiss("retention-period-limit", "Rooms are open.", "Rooms are open for 6 months."),
    # A sentence that is new as a whole limits nothing that was there before.
    NearMiss("retention-period-limit", "", "Logs are kept for 6 months."),
    NearMiss("retention-period-limit", "Logs are kept for 6 months.", "Logs are kept for 9 months."),
    NearMiss("notice-period", "You must give notice of 10 days.", "You must give notice of 30 days."),
    NearMiss("age-limit", "Over 13 people work here.", "Over 16 people work here."),
    NearMiss("minimum-age", "The oak must be over 16 metres high.", "The oak must be over 14 metres high."),
    NearMiss("response-time", "You must answer a complaint within 10 days.",
             "You must answer a complaint within 40 days."),
    NearMiss("modality-changed", "You may share your name.", "You will share your name."),
    NearMiss("promise-removed", "Users will not share passwords here.", "Be safe here.", "de"),
    NearMiss("promise-removed", "Hello. We never sell lists.", "Hello.", "en"),
    NearMiss("promise-added", "Hello.", "Hello. You do not log visits.", "de"),
    NearMiss("use-stated", "Hello.", "Hello. You may record calls.", "fr"),
    NearMiss("use-stated", "Hello.", "Hello. We may record calls."),
    NearMiss("protection-stated", "Hello.", "Hello. You will encrypt backups.", "de"),
    NearMiss("only-for", "The only room is used often.", "The room is used often."),
    NearMiss("never-happened", "Nobody has ever asked.", "Nobody asked."),
    NearMiss("right-of-user", "", "Turn to the right at the gate."),
    NearMiss("prohibition", "", "If you object you may not be discriminated against."),
    NearMiss("waiver", "", "The lifeguard waves at the jury."),
    NearMiss("discretion", "", "We are known for our discretion."),
    NearMiss("prior-notice", "", "We may close a room without prior notice."),
    NearMiss("consent-asked", "", "Friends can pass on a letter without your knowledge or consent."),
    NearMiss("deemed-consent", "", "You see the map by using the site."),
    NearMiss("model-training", "", "We do not train models on posts."),
    NearMiss("advertising-use", "", "We do not show ads."),
    NearMiss("sale", "", "We do not sell data."),
    NearMiss("broad-licence", "", "The garden is open worldwide to birds."),
    NearMiss("anonymity", "", "An anonymous poet lived here.", "en"),
    NearMiss("consumer-exception", "", "You waive what nothing herein limits."),
    NearMiss("vendor-bound", "", "You agree that our printers are contractually bound."),
    NearMiss("safeguard", "", "We never encrypt backups."),
    NearMiss("refund", "", "We give no money, and not in full: it is no refund."),
    NearMiss("fee", "", "There is no late fee."),
    NearMiss("ownership", "", "You grant us all that you own."),
    NearMiss("legal-process", "", "Your requests must bear a name."),
    NearMiss("indefinite", "", "We never keep copies forever."),
    NearMiss("permission", "", "Robots are not permitted."),
    NearMiss("reasons", "", "We may close a room without a statement of reasons."),
    NearMiss("fee-amount", "The oak was sold for 10 euros.", "The oak was sold for 15 euros."),
    NearMiss("liability-amount", "You are liable up to 100 euros.", "You are liable up to 50 euros."),
    NearMiss("time-to-act", "Logs are kept for 10 days.", "Logs are kept for 20 days."),
    NearMiss("time-to-cancel", "We will cancel walks 10 days before.", "We will cancel walks 20 days before."),
    NearMiss("withholding", "The gate was closed for 10 days.", "The gate was closed for 20 days."),
    NearMiss("linking", "", "Visits are not linked to your account."),
    NearMiss("data-list", "We collect your name.", "We collect your name and never your IP address."),
    NearMiss("data-list", "An IP address is public. We collect it.",
             "An IP address is public. We collect it: the IP address."),
    NearMiss("recipient-list", "Hello.", "Hello. You can complain to authorities that receive letters."),
    # Officers may come as they like; what is asked of them is a condition.
    NearMiss("hurdle-comes", "Hello.", "Hello. Officers may bring a letter."),
    NearMiss("hurdle-goes", "Hello. Officers may bring a letter.", "Hello."),
    NearMiss("hurdle-hint", "Hello.", "Hello. The legal team processes mail."),
    NearMiss("choice-comes", "Hello.", "Hello. You may see birds."),
    NearMiss("choice-goes", "Hello. You may see birds.", "Hello."),
    NearMiss("choice-hint", "Hello.", "Hello. Waive the right to object."),
    NearMiss("disclaimer-comes", "Hello.", "Hello. We guarantee an answer."),
    NearMiss("disclaimer-goes", "Hello. We guarantee an answer.", "Hello."),
    NearMiss("disclaimer-hint", "Hello.", "Hello. Unlimited: no end of liability."),
    NearMiss("care-comes", "Hello.", "Hello. We do not encrypt backups."),
    NearMiss("care-goes", "Hello. We do not encrypt backups.", "Hello."),
    NearMiss("care-hint", "Hello.", "Hello. A certificate of swimming."),
    NearMiss("promise-comes", "Hello.", "Hello. We log visits."),
    NearMiss("promise-goes", "Hello. We log visits.", "Hello."),
    NearMiss("promise-hint", "Hello.", "Hello. The only oak."),
    # "Do not sell" is what the reader tells the company.
    NearMiss("duty-comes", "Hello.", "Hello. Do not sell my data."),
    NearMiss("duty-comes", "Hello.", "Hello. You do not want to see ads."),
    NearMiss("duty-goes", "Hello. You do not want to see ads.", "Hello."),
    NearMiss("duty-hint", "Hello.", "Hello. A forbidding gate."),
    NearMiss("power-comes", "Hello.", "Hello. You may close your room."),
    NearMiss("power-goes", "Hello. You may close your room.", "Hello."),
    NearMiss("power-hint", "Hello.", "Hello. Wir sind ein Verein.", "de"),
    # Pointing at where something is told states no use.
    NearMiss("use-comes", "Hello.", "Hello. Learn more about how we collect your name."),
    NearMiss("use-goes", "Hello. Here we explain how we record calls.", "Hello."),
    NearMiss("use-hint", "", "Banks and insurers"),
    NearMiss("passing-on-comes", "Hello.", "Hello. You may share letters."),
    NearMiss("passing-on-goes", "Hello. You may share letters.", "Hello."),
    NearMiss("passing-on-hint", "", "Banks and insurers", lead="Near the garden there are:"),
    # What a fragment said that went, nobody can say.
    NearMiss("passing-on-hint", "Banks and insurers", "", lead="We share your name with:"),
    NearMiss("act-turned", "We share letters with banks.", "We may share letters with banks."),
    # Of one thing and of another, which is more, the words do not tell.
    NearMiss("promise-object", "We do not sell names here.", "We do not sell chats here."),
    NearMiss("promise-object", "We sell your data here.", "We sell chats here."),
    NearMiss("reach-power-more-comes", "We may share your name.", "We may also share your name."),
    NearMiss("reach-power-more-goes", "We may share your own name.", "We may share your name."),
    NearMiss("reach-power-less-comes", "We may share your name.", "We may share your name and number."),
    NearMiss("reach-power-less-goes", "The oak is tall if old.", "The oak is tall."),
    NearMiss("reach-shield-more-comes", "We do not sell your name.", "We do not sell your name here."),
    NearMiss("reach-shield-more-goes", "We do not sell your name here.", "We do not sell your name."),
    NearMiss("reach-shield-less-comes", "We do not sell your name.", "We do not sell your name and number."),
    NearMiss("reach-shield-less-goes", "We do not sell your name and number.", "We do not sell your name."),
    NearMiss("territory", "We like the fjords of Norway.", "We like the fjords of Sweden."),
    # Of a sentence that is new as a whole, no place took another's.
    NearMiss("territory", "", "These terms are governed by the laws of Norway."),
    NearMiss("party", "The gardener is Alder Garden Ltd here.", "The gardener is Birch Garden Ltd here."),
    NearMiss("party", "The controller is Alder Garden.", "The controller is Alder Garden and Birch Garden."),
]  # fmt: skip
