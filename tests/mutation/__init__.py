"""Mutation testing: change the program at one place after the other, and see which of its proofs notices (`make mutants`)."""

from pathlib import Path

ROOT = Path(__file__).parents[2]
HERE = Path(__file__).parent

RULES = "tests/understand"
DIALOGUE = (
    "tests/consultation/test_dialogue.py",
    "tests/consultation/test_dialogue_mentions.py",
    "tests/consultation/test_dialogue_table.py",
    "tests/consultation/test_dialogue_words.py",
    "tests/consultation/test_unattended.py",
    "tests/consultation/review/test_walk.py",
    "tests/bridges/test_conversation.py",
)
TESTS = {
    "voice/consultation/dialogue.py": DIALOGUE,
    "voice/consultation/triage.py": DIALOGUE,
    "voice/understand/particles.py": (RULES,),
    "voice/understand/earned.py": (RULES,),
    "voice/understand/polarity.py": (RULES,),
    "voice/understand/simplify.py": (RULES,),
    "voice/understand/fusion/agreement.py": ("tests/understand/fusion",),
    "voice/understand/fusion/hearing.py": ("tests/understand/fusion",),
    "voice/understand/fusion/weighing.py": ("tests/understand/fusion",),
}
"""The files that are changed, each with the tests that concern it. Of these, only those run that call what is changed."""

CAMPAIGN = ("voice/consultation/dialogue.py", "voice/consultation/triage.py")
"""The files that the campaign judges. Its ears hear the very words, so it has little to say about understanding."""
