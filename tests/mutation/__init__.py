"""Mutation testing: change the program at one place after the other, and see which of its proofs notices (`make mutants`)."""

from pathlib import Path

ROOT = Path(__file__).parents[2]
HERE = Path(__file__).parent
JUDGES = ("walk", "campaign", "tests")

RULES = "tests/understand"
FUSION = ("tests/understand/fusion", "tests/understand/test_reader.py", "tests/understand/test_mentions.py")
DIALOGUE = (
    "tests/consultation/test_chapters.py",
    "tests/consultation/test_dialogue.py",
    "tests/consultation/test_dialogue_age.py",
    "tests/consultation/test_dialogue_doubts.py",
    "tests/consultation/test_dialogue_mentions.py",
    "tests/consultation/test_dialogue_table.py",
    "tests/consultation/test_dialogue_words.py",
    "tests/consultation/test_dialogue_notes.py",
    "tests/consultation/test_outcomes.py",
    "tests/consultation/test_recent.py",
    "tests/consultation/test_told_paths.py",
    "tests/consultation/test_triage.py",
    "tests/consultation/test_unattended.py",
    "tests/consultation/coach",
    "tests/consultation/review/test_walk.py",
    "tests/bridges/test_conversation.py",
)
CONSULTATION = tuple(f"voice/consultation/{name}.py" for name in ("dialogue", "findings", "putting", "ending", "triage"))
COACH = ("chapters", "teach_back", "topics", "worry")
TESTS = {
    **dict.fromkeys(CONSULTATION, DIALOGUE),
    **dict.fromkeys((f"voice/consultation/coach/{name}.py" for name in COACH), DIALOGUE),
    "voice/consultation/unattended.py": DIALOGUE,
    "voice/understand/plans.py": ("tests/understand/test_plans.py",),
    "voice/understand/particles.py": (RULES,),
    "voice/understand/earned.py": (RULES,),
    "voice/understand/figures.py": (RULES,),
    "voice/understand/mentions.py": (RULES,),
    "voice/understand/polarity.py": (RULES,),
    "voice/understand/recent.py": (RULES,),
    "voice/understand/simplify.py": (RULES,),
    "voice/understand/fusion/agreement.py": FUSION,
    "voice/understand/fusion/hearing.py": FUSION,
    "voice/understand/fusion/weighing.py": FUSION,
}
"""The files that are changed, each with the tests that concern it. Of these, only those run that call what is changed."""

CAMPAIGN = CONSULTATION
"""The files that the campaign judges. Its ears hear the very words, so it has little to say about understanding."""

TOO_LONG = (
    "tests/understand/grammar/test_grammar.py::test_the_language_data_loads_and_no_phrase_has_two_meanings",
    "tests/understand/test_answer.py::test_a_symptom_of_a_question_is_never_a_no_to_another",
    "tests/understand/test_earned_no.py::test_a_nee_before_a_symptom_of_the_question_is_never_a_certain_no_and_hardly_ever_read_back_as_one",
    "tests/understand/test_earned_no.py::test_a_no_that_is_limited_is_never_certain",
    "tests/understand/test_particles.py::test_no_symptom_of_a_question_is_made_of_words_that_are_well",
    "tests/understand/test_shapes.py::test_no_complaint_becomes_a_no_after_nee",
)
"""Tests that judge no mutant, because each takes more than five seconds of processor time. They could only kill more."""
