"""The table of kinds: where each rule decides, and near-misses in which it does not apply."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Final

import pytest

from tracker.classify import judge_change, kinds
from tracker.classify.kinds import KIND_RULES, Evidence, KindRule, decide_kind
from tracker.classify.meaning import Meaning
from tracker.classify.wording import read_wording
from tracker.model import Change, ClauseChange, Finding, Kind, Span

MakeClause = Callable[..., ClauseChange]
MakeChange = Callable[..., Change]

#: Twelve clauses' worth of words about nothing.
BIRDS: Final = " Birds sing in the trees of our garden." * 12
KEPT: Final = "Keep the letters that friends send to the house in a box of"


@dataclass(frozen=True, slots=True, kw_only=True)
class Case:
    """A change, and what the table of kinds knows of it beside its words."""

    rule: str
    old: str
    new: str
    language: str | None = None
    title: str = "Practices"
    lead: str = ""
    flags: tuple[str, ...] = ()
    """Those of `Evidence` that hold: they are read from the versions."""


def fires(rule: str, old: str, new: str, *flags: str, **fields: str) -> Case:
    return Case(rule=rule, old=old, new=new, flags=flags, **fields)


#: Of each rule that is the first to apply.
CASES: Final = [
    fires("is_same_text", "We log  visits.", "We log visits."),
    fires("is_same_text", "We \u201clog\u201d visits.", 'We "log" visits.'),
    fires("is_same_text", "We log all visits", "We logall visits"),
    fires("is_same_text", "Rooms of the house \u2014 all of them \u2014 are open.",
          "Rooms of the house - all of them - are open."),
    fires("is_script", "", "window.dataLayer.push({event: 'visit'});"),
    fires("is_only_numbering", "", "4.2."),
    fires("is_only_numbering", "4.2 Around the house 4.2 Around the house", ""),
    fires("is_menu_label", "", "About the team"),
    # Also where the menu repeats what stands in the text: it is none of the policy's clauses.
    fires("is_menu_label", "", "About the team", "repeats"),
    fires("is_repeated_label", "", "How we share your data with our partners", "stands_elsewhere"),
    fires("is_moved", "We may share data.", "", "stands_elsewhere"),
    fires("is_title", "", "4. How we share your data with our partners.", "is_heading"),
    fires("is_log_entry", "", "We may share data on 3 May.", "is_log_entry"),
    fires("is_layout", "We log *all* visits.", "We log all visits."),
    fires("is_layout", "We log visits\u2022 daily", "We log visits daily"),
    fires("is_layout", "We log visits <b>daily</b>.", "We log visits daily."),
    fires("is_same_date", "3 May 2023", "May 3, 2023"),
    fires("is_same_date", "Effective 3 May 2023", "Effective May 3, 2023"),
    fires("is_completed", KEPT, f"{KEPT} oak for 3 years."),
    fires("is_completed", f"{KEPT} oak for 3 years.", KEPT),
    fires("is_same_words", "We Log Visits", "We log visits"),
    fires("is_same_words", "We log visits, and so on.", "We log visits and so on."),
    fires("is_same_words", "7.1. We log visits.", "7.2. We log visits."),
    fires("is_same_words", "We log visits (section 7.1).", "We log visits (section 8)."),
    fires("is_date_line", "Last updated: 3 May 2023", "Last updated: 4 June 2024"),
    fires("is_date_line", "Updated 3 days ago", "Updated 5 days ago"),
    fires("is_recut", "Write to [email\u00a0protected] now.", "Write to garden@example.org now."),
    fires("is_recut", "Fees ..... 4", "Fees ..... 5"),
    fires("is_around", "12 people like this", "15 people like this"),
    fires("is_around", "\u00a9 2023 Alder Garden", "\u00a9 2024 Alder Garden"),
    fires("is_around", "", "We may share your data.", "is_chrome"),
    fires("is_banner", "", "We have updated our terms; read them here."),
    fires("is_repeated", "", "We may share your data.", "repeats"),
    fires("is_repeated", "We share data.", "We share data. 5 Sharing", "gains_heading"),
    fires("is_link_target", "Read the rules of our garden at [-https://example.org/rules-] and be kind to birds.",
          "Read the rules of our garden at [+https://example.com/code+] and be kind to birds."),
    fires("is_pointer", "The rules of our garden stand on [-alder.example.org-] for all who come.",
          "The rules of our garden stand on [+birch.example.org+] for all who come."),
    fires("is_pointer", "", "You can view previous versions of these rules"),
    fires("is_spelling", "We recieve your message.", "We receive your message."),
    # "such" is a little word, which the rule on grammar leaves aside.
    fires("is_spelling", "On sush days we log visits.", "On such days we log visits."),
    fires("is_grammar", "We log the visits.", "We log visits."),
    fires("is_grammar", "Guests walking here see birds.", "Guests who walk here see birds."),
    fires("is_reordered", "Trees and birds live in our garden.", "Birds and trees live in our garden."),
    fires("is_user_count", "We serve 700 million users.", "We serve 900 million users."),
    fires("is_label", "", "Opening hours of the town hall"),
    fires("is_signpost", "", "To learn more about maps, see our page."),
    fires("is_signpost", "Hello. To learn more about maps, see our page.", "Hello."),
    fires("is_contact_detail", "Contact us at 12 Elm Street, Oakham.", "Contact us at 14 Oak Street, Elmham."),
    fires("is_differing_practice", "We may share your name.", "We will share your name."),
    fires("is_differing_practice", "Logs are kept for 6 months.", "Logs are kept for 18 months."),
    # Names in a list of partners are no menu.
    fires("is_differing_practice", "", "Alder Garden", lead="We share your name with:"),
    fires("is_unlike_policy", "", "Click here to download this document as a PDF file."),
    fires("is_meaningful", "", "Orders are binding once we confirm them by post."),
    fires("is_other_wording", "Please refer to the section on maps below.", "Please see the section on maps below."),
    fires("is_explanation", "We sort mail.", "We sort mail. For example, we put letters in boxes."),
    fires("is_explanation", "Keep it.", "Keep it. For example, a cookie is a small file."),
    fires("is_new_figure", "Rooms hold up to 200 guests.", "Rooms hold up to 100 guests."),
    fires("is_untold", "Talletamme tietoja.",
          "Talletamme tietoja. Jaamme nimesi ja osoitteesi kaikille kumppaneillemme joka vuosi aina uudelleen.",
          language="fi"),
    # What no rule knows.
    fires("", "We sort mail by hand.", "We sort mail with great care."),
    fires("", "The room is secure and encrypted.", "The room is insecure and encrypted."),
    # A cue of a topic alone: that the words came is no finding.
    fires("", "You log in on the page.", "You log in on the page with cookies."),
]  # fmt: skip

NEAR_MISSES: Final = [
    fires("is_same_text", "We log visits.", "We log a visit."),
    fires("is_script", "", "See https://example.org/a_b?c=d for all of the maps of our garden and of its paths."),
    fires("is_only_numbering", "", "4.2. Sharing"),
    fires("is_only_numbering", "", "Bird by bird"),
    fires("is_menu_label", "", "We share data"),
    fires("is_menu_label", "", "Alder Garden", lead="We share data with:"),
    fires("is_menu_label", "", "Alder Garden", title="Partners"),
    fires("is_menu_label", "", "About the team", "is_heading"),
    fires("is_menu_label", "", "About the team of our old garden"),
    fires("is_menu_label", "Room for 4", "Room for 5"),
    fires("is_repeated_label", "", "We share your data with our partners.", "stands_elsewhere"),
    fires("is_moved", "We may share data.", ""),
    fires("is_title", "Sharing", "Sharing with partners", "is_heading"),
    fires("is_title", "", "We share your data with our partners."),
    fires("is_log_entry", "", "3 May 2024: we may share data."),
    fires("is_layout", "We log visits, daily", "We log visits daily"),
    fires("is_layout", "We log *all* visits.", "We log most visits."),
    fires("is_same_date", "3 May 2023", "4 May 2023"),
    # Which day this is, nobody knows.
    fires("is_same_date", "03/04/2023", "3 April 2023"),
    fires("is_same_date", "Since 3 May 2023 the garden has been open to all",
          "From 3 May 2023 the garden will be open to all"),
    fires("is_completed", f"{KEPT} oak.", f"{KEPT} oak. We sell them."),
    fires("is_completed", "A box of", "A box of oak."),
    fires("is_completed", KEPT, f"{KEPT} oak.{BIRDS}"),
    fires("is_same_words", "We log visits", "We log visitors"),
    fires("is_same_words", "We log 7 visits", "We log 8 visits"),
    fires("is_date_line", "Last updated: 3 May 2023", "Last updated by all: 4 June 2024"),
    fires("is_date_line", "Closed on 3 May 2023", "Closed on 4 June 2024"),
    fires("is_date_line", "", "The garden opened in 1999."),
    fires("is_recut", "Write to tree@example.org now.", "Write to garden@example.org now."),
    fires("is_recut", "Write to [email\u00a0protected] now.",
          "Write to garden@example.org now, and know that we may share what you write with everybody."),
    # Leaders of a table of contents make a number one of a page, and nothing else does.
    fires("is_recut", "Fees: 4", "Fees: 5"),
    fires("is_around", "Entry 12 $", "Entry 15 $"),
    fires("is_around", "Kids under 13", "Kids under 16"),
    fires("is_around", "Guests must be 16", "Guests must be 18"),
    fires("is_around", "Room 12 is closed.", "Room 15 is closed."),
    fires("is_around", "\u00a9 2023 Alder Garden", "\u00a9 2023 Birch Garden"),
    fires("is_banner", "", "We have updated our garden."),
    fires("is_banner", "", f"We have updated our terms; read them here.{BIRDS}"),
    fires("is_repeated", "", "We may share your data."),
    fires("is_link_target", "Read the [-rules-] at [-https://example.org/rules-] and be kind.",
          "Read the [+laws+] at [+https://example.com/code+] and be kind."),
    fires("is_pointer", "Read the [-rules-] at [-alder.example.org-] and be kind.",
          "Read the [+laws+] at [+birch.example.org+] and be kind."),
    fires("is_pointer", "", "Older trees"),
    fires("is_spelling", "The room is secure and warm.", "The room is insecure and warm."),
    fires("is_spelling", "We may log visits.", "We must log visits."),
    fires("is_spelling", "Rooms for 10 guests.", "Rooms for 12 guests."),
    fires("is_grammar", "We may log visits.", "We will log visits."),
    fires("is_grammar", "We log your visits.", "We log their visits."),
    fires("is_reordered", "Trees and birds live in our garden.", "Trees and bees live in our garden."),
    fires("is_user_count", "We serve 700 million letters.", "We serve 900 million letters."),
    fires("is_user_count", "We serve 700 million users.", "We serve 700 million old users."),
    fires("is_label", "", "Opening hours of the town hall."),
    fires("is_label", "", "Opening hours of the town hall", title="Partners"),
    fires("is_label", "", "We open the town hall"),
    # In a language without cues nobody is known to act.
    fires("is_label", "", "Jaamme nimesi kaikille kumppaneillemme", language="fi"),
    fires("is_signpost", "", "To learn more or to opt out, see our page."),
    fires("is_signpost", "See the map.", "To learn more about maps, see our page."),
    fires("is_signpost", "", f"To learn more about maps, see our page, where{BIRDS.replace('.', ',')}"),
    fires("is_contact_detail", "The oak stands in 12 Elm Alley.", "The oak stands in 14 Elm Alley."),
    fires("is_contact_detail", "Contact us at 12 Elm Street.", "Contact us at 12 Elm Street, if you share data."),
    fires("is_differing_practice", "We sort mail by hand.", "We sort mail with great care."),
    fires("is_unlike_policy", "", "We share your name with our partners."),
    fires("is_meaningful", "", "Birds sing in the trees of our old garden."),
    fires("is_other_wording", "The room is secure and encrypted.", "The room is insecure and encrypted."),
    fires("is_other_wording", "We may sort mail by hand.", "We must sort mail by hand."),
    fires("is_explanation", "We sort mail. For example, we put letters in boxes.", "We sort mail."),
    fires("is_explanation", "We sort mail.", "We sort mail. For example, we use boxes. Dogs bark."),
    fires("is_new_figure", "We sort mail (section 7.1) here.", "We sort mail (section 8) here."),
    fires("is_new_figure", "We sort mail by hand.", "We sort mail with great care."),
    fires("is_untold", "Talletamme tietoja.", "Talletamme aina.", language="fi"),
    fires("is_untold", "Wir sammeln.", "Wir sammeln. Vögel singen in den Bäumen des Gartens am Rand der Stadt.",
          language="de"),
]  # fmt: skip

#: Rules of what words weigh.
OF_WORDS: Final = frozenset({kinds.is_unlike_policy, kinds.is_meaningful, kinds.is_other_wording})
KIND_OF: Final[dict[str, Kind]] = {"": "clarification", **{rule.__name__: kind for rule, kind in KIND_RULES}}
#: `[-words-]` and `[+words+]` are one deletion and one insertion, where it matters how a text was compared.
_MARKED: Final = re.compile(r"\[([-+])(.*?)[-+]\]")


def _clause(make_clause: MakeClause, case: Case) -> ClauseChange:
    old, new = (_MARKED.sub(r"\2", side) for side in (case.old, case.new))
    clause = make_clause(old, new, title=case.title)
    return replace(clause, redline=tuple(_read_marks(case))) if old != case.old else clause


def _read_marks(case: Case) -> list[Span]:
    old, new = (_MARKED.split(side) for side in (case.old, case.new))
    spans: list[Span] = []
    for place in range(0, len(old), 3):
        spans.append(Span("=", old[place]))
        if place + 2 < len(old):
            spans += [Span("-", old[place + 2]), Span("+", new[place + 2])]
    return spans


def _evidence(make_clause: MakeClause, case: Case, *, words: bool = True) -> Evidence:
    wording = read_wording(_clause(make_clause, case), case.language, lead=case.lead)
    is_read = "stands_elsewhere" not in case.flags
    return Evidence(
        wording=wording,
        meaning=Meaning(wording, is_read=is_read, weighs_words=words),
        is_log_entry="is_log_entry" in case.flags,
        stands_elsewhere="stands_elsewhere" in case.flags,
        is_heading="is_heading" in case.flags,
        gains_heading="gains_heading" in case.flags,
        is_chrome="is_chrome" in case.flags,
        repeats="repeats" in case.flags,
    )


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.rule or "none")
def test_first_rule_that_applies_decides(make_clause: MakeClause, case: Case) -> None:
    assert decide_kind(_evidence(make_clause, case)) == (KIND_OF[case.rule], case.rule)


@pytest.mark.parametrize("case", NEAR_MISSES, ids=lambda case: case.rule)
def test_rule_does_not_apply_to_a_near_miss(make_clause: MakeClause, case: Case) -> None:
    (rule,) = (rule for rule, _ in KIND_RULES if rule.__name__ == case.rule)
    assert not rule(_evidence(make_clause, case))


def test_every_rule_has_a_case_and_a_near_miss() -> None:
    names = {rule.__name__ for rule, _ in KIND_RULES}
    assert {case.rule for case in CASES} == names | {""}
    assert {case.rule for case in NEAR_MISSES} == names


@pytest.mark.parametrize("rule", [rule for rule, _ in KIND_RULES], ids=lambda rule: rule.__name__)
def test_no_rule_of_kind_can_be_dropped_unseen(
    make_clause: MakeClause, make_change: MakeChange, monkeypatch: pytest.MonkeyPatch, rule: KindRule
) -> None:
    """Without a rule some case is of another kind, or the same kind has another effect."""

    def judged() -> list[tuple[str, str]]:
        own = [case for case in CASES if case.rule == rule.__name__]
        # What words weigh often says the same as a rule; each must be needed where they say nothing.
        return [
            (
                decide_kind(_evidence(make_clause, case, words=rule in OF_WORDS))[0],
                _effect(make_clause, make_change, case),
            )
            for case in own
        ]

    with_rule = judged()
    monkeypatch.setattr(kinds, "KIND_RULES", tuple(entry for entry in KIND_RULES if entry[0] is not rule))
    assert judged() != with_rule


def _effect(make_clause: MakeClause, make_change: MakeChange, case: Case) -> str:
    return judge_change(make_change(_clause(make_clause, case)), language=case.language).clauses[0].effect


@pytest.mark.parametrize("case", [case for case in CASES if not case.flags and not case.lead])
def test_verdict_has_the_kind_that_the_table_gives(
    make_clause: MakeClause, make_change: MakeChange, case: Case
) -> None:
    (judged,) = judge_change(make_change(_clause(make_clause, case)), language=case.language).clauses
    assert judged.kind == KIND_OF[case.rule]


def test_contact_that_comes_with_a_new_power_is_no_contact_detail(
    make_clause: MakeClause, monkeypatch: pytest.MonkeyPatch
) -> None:
    case = fires("is_contact_detail", "Contact us at 12 Elm Street, Oakham.", "Contact us at 14 Oak Street, Elmham.")
    evidence = _evidence(make_clause, case)
    found = Finding(facet="modality", before=None, after=evidence.wording.new.quote(0, 7), effect="widens",
                    rule="power-comes", confidence=0.5, summary="x")  # fmt: skip
    assert kinds.is_contact_detail(evidence)
    monkeypatch.setattr(Meaning, "findings", (found,))
    assert not kinds.is_contact_detail(evidence)


@pytest.mark.parametrize("word", ["not", "may", "must", "only", "unless"])
def test_word_that_bears_the_meaning_is_never_a_corrected_spelling(
    make_clause: MakeClause, make_change: MakeChange, word: str
) -> None:
    verdict = judge_change(make_change(make_clause(f"Guests {word} sing loudly.", f"Guests {word}x sing loudly.")))
    assert verdict.kind != "editorial"
