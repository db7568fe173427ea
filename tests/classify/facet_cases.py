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
    Case("response-time", "We answer a complaint within 10 days.", "We answer a complaint within 40 days.",
         "widens", "10 days", "40 days"),
]  # fmt: skip
_QUANTITIES += [
    Case("minimum-age", "You must be 18 or older to enter.", "You must be 16 or older to enter.",
         "narrows", "18", "16"),
    Case("time-to-act", "Claims must be made within 7 days.", "Claims must be made within 30 days.",
         "narrows", "7 days", "30 days"),
    Case("time-to-cancel", "The order is renewed unless you cancel 30 days before.",
         "The order is renewed unless you cancel 2 days before.", "narrows", "30 days", "2 days"),
    Case("withholding", "We may hold your deposit for 10 days.", "We may hold your deposit for 40 days.",
         "widens", "10 days", "40 days"),
    Case("fee-amount", "The fee is 12 percent.", "The fee is 15 percent.", "widens", "12 percent", "15 percent"),
    Case("fee-amount", "We charge $1,200 a year.", "We charge $900.50 a year.", "narrows", "$1,200", "$900.50"),
    Case("liability-amount", "Our liability is limited to $50.", "Our liability is limited to $100.",
         "narrows", "$50", "$100"),
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
    comes("protection-stated", "We will protect backups.", "narrows", language="de"),
]  # fmt: skip
_STATEMENTS = [
    goes("never-happened", "So far, this has never happened.", "widens", "So far, this has never happened."),
    Case("only-for", "It is used only for billing.", "It is used for billing.", "widens", "used only", None),
    Case("right-of-user", "", "You have the right to object.", "narrows", None, "You have the right"),
    comes("prohibition", "You may not use robots.", "widens", "You may not"),
    Case("terms-joined", "", "The house rules form part of these terms.", "neutral", None,
         "The house rules form part of these terms."),
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
    Case("linking", "", "Visits are linked to your account.", "widens", None, "linked to your account"),
]  # fmt: skip
_STATEMENTS += [
    comes("consumer-exception", "Nothing in this text limits what the law gives you.", "narrows",
          "Nothing in this text limits"),
    goes("consumer-exception", "The cap does not apply to you.", "widens", "does not apply to you"),
    comes("vendor-bound", "Carriers sign confidentiality agreements.", "narrows", "confidentiality agreements"),
    goes("vendor-bound", "Carriers are bound by a contract.", "widens", "bound by a contract"),
    comes("safeguard", "Letters are encrypted.", "narrows", "encrypted"),
    goes("safeguard", "The bell is off by default.", "widens", "off by default"),
    comes("refund", "Tickets come with a full refund.", "narrows", "full refund"),
    goes("refund", "Maps are free of charge.", "widens", "are free"),
    comes("fee", "Tickets are non-refundable.", "widens", "non-refundable"),
    goes("fee", "A fee of ten pounds is due.", "narrows", "fee of"),
    comes("ownership", "Your poems remain yours.", "narrows", "remain yours"),
    goes("ownership", "You keep all rights to your poems.", "widens", "You keep all"),
    comes("legal-process", "A search warrant is needed.", "narrows", "search warrant"),
    goes("legal-process", "We challenge requests.", "widens", "challenge requests"),
    comes("indefinite", "Letters stay here indefinitely.", "widens", "indefinitely"),
    comes("permission", "Parody is allowed.", "narrows", "is allowed"),
    goes("permission", "Satire does not violate this.", "widens", "does not violate"),
    comes("reasons", "A statement of reasons is added.", "narrows", "statement of reasons"),
    goes("reasons", "We tell you why.", "widens", "tell you why"),
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
    Case("hurdle-comes", "Hello.", "Hello. You must bring your badge.", "narrows", None, "You must bring your badge",
         title="Law enforcement"),
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
    comes("disclaimer-hint", "The usual disclaimer.", "widens", "disclaimer"),
    comes("care-comes", "We will protect backups.", "narrows"),
    goes("care-goes", "We will protect backups.", "widens"),
    comes("care-hint", "Certified by a notary.", "narrows"),
    comes("care-hint", "Les copies sont chiffrées.", "narrows", "chiffrées", "fr"),
    comes("promise-comes", "We do not log visits.", "narrows"),
    goes("promise-goes", "We do not log visits.", "widens"),
    comes("promise-hint", "Not sold.", "narrows"),
    comes("promise-hint", "Listen werden gelöscht.", "narrows", "werden gelöscht", "de"),
    comes("promise-hint", "Nous ne filmons jamais.", "narrows", language="fr"),
    comes("duty-comes", "You must carry a badge.", "widens"),
    comes("duty-comes", "Ball games are forbidden.", "widens", "forbidden"),
    goes("duty-goes", "You must carry a badge.", "narrows"),
    comes("duty-hint", "Any breach of the house rules.", "widens", "breach of the house rules"),
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
    NearMiss("time-to-act", "We answer requests within 7 days.", "We answer requests within 30 days."),
    NearMiss("time-to-cancel", "You must notify us within 5 days.", "You must notify us within 9 days."),
    NearMiss("use-hint", "", "No personal data in the cellar."),
    NearMiss("time-to-cancel", "We may cancel a show 30 days ahead.", "We may cancel a show 2 days ahead."),
    NearMiss("withholding", "We hold a fair for 10 days.", "We hold a fair for 40 days."),
    NearMiss("fee-amount", "The refund is 12 percent of the price.", "The refund is 15 percent of the price."),
    NearMiss("fee-amount", "The oak grew by 12 percent.", "The oak grew by 15 percent."),
    NearMiss("liability-amount", "Our garden is limited to $50.", "Our garden is limited to $100."),
    # "Only" is what matters there, and who loses an account is not protected.
    NearMiss("modality-changed", "We may retain some letters.", "We retain only letters of the king."),
    NearMiss("consumer-exception", "", "There is nothing in the box."),
    NearMiss("vendor-bound", "", "You agree to keep confidentiality agreements."),
    NearMiss("safeguard", "", "Letters are not encrypted."),
    NearMiss("safeguard", "", "Hashed email addresses go with the letters."),
    NearMiss("refund", "", "Tickets are not refundable."),
    NearMiss("fee", "", "No fee applies."),
    NearMiss("ownership", "", "We retain all rights to the map."),
    NearMiss("legal-process", "", "You may ask us to correct your request."),
    NearMiss("indefinite", "", "Letters are never kept indefinitely."),
    NearMiss("permission", "", "Parody is not allowed."),
    NearMiss("permission", "", "Third parties are permitted to read along."),
    NearMiss("reasons", "", "We may close a room without stating a reason."),
    NearMiss("discretion", "", "You may leave at any time without giving reasons."),
    # Under such a title "you" is an officer.
    NearMiss("prohibition", "", "You may not ask for all.", title="Law enforcement"),
    NearMiss("right-of-user", "", "You may request records.", title="Law enforcement"),
    NearMiss("duty-comes", "Hello.", "Hello. You must send a warrant.", title="Law enforcement"),
    NearMiss("prohibition", "", "You will not be charged for leaving."),
    NearMiss("prohibition", "", "Carriers are prohibited from selling your data."),
    NearMiss("terms-joined", "", "The oaks form a part of the garden."),
    NearMiss("waiver", "", "We will indemnify you against such claims."),
    NearMiss("prior-notice", "", "It goes on unless you cancel 3 days before the end."),
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
