"""For each exercise typical wrong answers, as learners type them, and words of the sentence that is meant for each."""

from importlib import import_module
from pathlib import Path

WRONG = {
    number: answers
    for path in sorted(Path(__file__).parent.glob("lesson_*.py"))
    for number, answers in import_module(f"wrong_answers.{path.stem}").WRONG.items()
}
