"""The report of a network for a table: its data, its training, how good it is, where it errs, and how to use it."""

from collections import Counter
from collections.abc import Sequence
from statistics import mean, pstdev
from typing import Any

from microgradlab import losses
from microgradlab.data import Table
from microgradlab.engine import Value
from microgradlab.evaluation import mode
from microgradlab.files import FilePath
from microgradlab.history import History
from microgradlab.reports import Section, code, document, paragraph, picture, player, plot, table
from microgradlab.steps import digits
from microgradlab.tabular import Parts, TableModel

WORST = 10  # as many mistakes are shown


def report(model: TableModel, history: History, data: Table, parts: Parts, file: str, saved: FilePath) -> str:
    """The page; `file` is the name of the data's file, and `saved` where the model is."""
    lead = f"On {len(parts.held_out):,} rows held out, which had no part in the training: {model.judge(parts)}."
    answers = [model.predict(inputs) for inputs, _ in parts.held_out]
    sections = [
        Section("Data", *_of_data(data, parts)),
        Section("Network", picture(model.network, "Each line is a weight: blue positive, orange negative.")),
        Section("Training", *_of_training(history)),
        Section("Mistakes", *_of_mistakes(model, parts, answers)),
        Section("One answer", *_of_one(model, parts, answers)),
        Section("How to use it", *_of_use(model, parts, saved)),
    ]
    return document(f"{model.target}, predicted from {file}", lead, sections)


def _of_data(data: Table, parts: Parts) -> list[str]:
    purposes = ("to learn from", "to say when to stop", "held out")
    counts = [f"{len(rows):,} {purpose}" for rows, purpose in zip(parts, purposes)]
    columns: dict[str, Sequence[float]] = dict(zip(data.inputs, zip(*(inputs for inputs, _ in data.data))))
    found = [paragraph(f"{len(data.data):,} rows: {', '.join(counts)}.")]
    if data.classes is None:
        columns[f"{data.target} (the target)"] = [target for _, target in data.data]
    heads = ["column", "mean", "standard deviation", "smallest", "largest"]
    rows = [[name, mean(xs), pstdev(xs), float(min(xs)), float(max(xs))] for name, xs in columns.items()]
    found.append(table(heads, rows))
    if data.classes is not None:
        count = Counter(target for _, target in data.data)
        found.append(table([data.target, "rows"], [[name, count[i]] for i, name in enumerate(data.classes)]))
    return found


def _of_training(history: History) -> list[str]:
    from microgradlab import plots

    losses_ = history.column("validation_loss")
    best = losses_.index(min(losses_)) + 1
    words = f"{len(history):,} epochs; the weights kept are those of epoch {best:,}, whose validation loss was least."
    return [paragraph(words), plot(lambda theme: plots.curves(history, theme), "The loss, epoch by epoch.")]


def _of_mistakes(model: TableModel, parts: Parts, answers: Sequence[Any]) -> list[str]:
    """The worst of the rows held out; and for classes, what is taken for what."""
    rows = [(*pair, answer) for pair, answer in zip(parts.held_out, answers)]
    if model.classes is None:
        worst = sorted(rows, key=lambda row: -abs(row[2].answer - row[1]))[:WORST]
        heads = [*model.inputs, model.target, "predicted", "off by"]
        return [table(heads, [[*xs, float(truth), a.answer, a.answer - truth] for xs, truth, a in worst])]
    names = model.classes
    wrong = sorted((row for row in rows if row[2].answer != names[row[1]]), key=lambda row: -row[2].probability)
    counts = [
        [sum(truth == i and a.answer == name for _, truth, a in rows) for name in names] for i in range(len(names))
    ]
    from microgradlab import plots

    matrix = plot(
        lambda theme: plots.confusion_matrix(counts, names, theme=theme),
        "How often each class, a row, was taken for each.",
    )
    if not wrong:
        return [paragraph("None among the rows held out."), matrix]
    heads = [*model.inputs, model.target, "predicted", "probability"]
    shown = [[*xs, names[truth], a.answer, f"{a.probability:.0%}"] for xs, truth, a in wrong[:WORST]]
    return [paragraph(f"{len(wrong):,} of {len(rows):,}, the surest first."), table(heads, shown), matrix]


def _of_one(model: TableModel, parts: Parts, answers: Sequence[Any]) -> list[str]:
    """How the network comes to an answer, and which way it would learn from it, as a player."""
    inputs, target = parts.held_out[0]
    scaled = [Value(x, label=name) for name, x in zip(model.inputs, model.input_scale(inputs))]
    with mode(model.network, training=False):
        output = model.network(scaled)
    if model.classes is None:
        [wanted] = model.target_scale((target,))
        loss = losses.mse_loss(output, wanted)
    else:
        loss = losses.cross_entropy(output, target)
    loss.label = "loss"
    truth = target if model.classes is None else model.classes[target]
    words = f"The first row held out, whose {model.target} is {truth}, answered with {_short(answers[0].answer)}. "
    return [player(loss, f"{words}Inputs are scaled; a click on a neuron opens it.")]


def _short(answer: str | float) -> str:
    return answer if isinstance(answer, str) else digits(answer)


def _of_use(model: TableModel, parts: Parts, saved: FilePath) -> list[str]:
    first = parts.held_out[0][0]
    program = f"""from microgradlab.tabular import TableModel

model = TableModel.load({str(saved)!r})
model.predict({tuple(first)!r})  # {model.predict(first).answer!r}: {", ".join(model.inputs)}"""
    return [code(program), paragraph("Or for a whole file:"), code(f"microgradlab predict {saved} new.csv")]
