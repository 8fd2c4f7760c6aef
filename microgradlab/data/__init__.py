"""Data to learn from: made, shipped or read from a file; split, scaled and dealt in batches.

A data set is nothing but a list of `(inputs, target)` pairs. `inputs` is a tuple of floats, and
`target` is a float (regression), a class index (classification) or a tuple of floats. Toy sets and
shipped sets are in `toys` and `shipped`, names to learn to write in `elements`, CSV files in
`tables`, everything between a data set and the training loop in `loading`. A wrong argument raises
a TypeError or ValueError that names it, an unusable file a DataError that names the place.

>>> train, test = split_every(iris(), 5)
>>> scale = Standardizer().fit(train)
>>> batches = Batches(scale.transform(train), batch_size=32)
>>> len(train), len(test), len(batches)
(120, 30, 4)
"""

from microgradlab.data.elements import ELEMENTS
from microgradlab.data.loading import Batches, Standardizer, split_every, train_test_split
from microgradlab.data.shipped import DIGITS_CLASSES, IRIS_CLASSES, IRIS_FEATURES, digits, iris
from microgradlab.data.tables import Table, read_csv, read_inputs
from microgradlab.data.toys import blobs, circles, moons, spirals

__all__ = [
    "DIGITS_CLASSES",
    "ELEMENTS",
    "IRIS_CLASSES",
    "IRIS_FEATURES",
    "Batches",
    "Standardizer",
    "Table",
    "blobs",
    "circles",
    "digits",
    "iris",
    "moons",
    "read_csv",
    "read_inputs",
    "spirals",
    "split_every",
    "train_test_split",
]
