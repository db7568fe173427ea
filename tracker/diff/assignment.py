"""The one-to-one assignment of most weight, between what may belong together."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from typing import Final, TypeAlias

#: (old, new, weight): they may belong together; the weight is above 0.
Edge: TypeAlias = tuple[int, int, float]

#: Groups with more on either side than this are assigned heaviest first: the exact method takes the cube of the size.
_LARGEST_EXACT: Final = 40


def assign(edges: Sequence[Edge]) -> list[tuple[int, int]]:
    """Return (old, new) pairs, each place at most once, whose weights have the greatest sum.

    Solved exactly within each group of places that edges connect (Kuhn, 1955; Munkres, 1957), up to a size; in larger
    groups the heaviest edge is taken first. Of equal sums the one is taken that comes first in the order of places.
    """
    pairs: list[tuple[int, int]] = []
    for group in _connected(edges):
        if len(group) == 1:
            pairs.append(group[0][:2])
            continue
        olds = sorted({old for old, _, _ in group})
        news = sorted({new for _, new, _ in group})
        if max(len(olds), len(news)) > _LARGEST_EXACT:
            pairs.extend(_heaviest_first(group))
        else:
            pairs.extend(_exact(olds, news, group))
    return pairs


def _connected(edges: Sequence[Edge]) -> list[list[Edge]]:
    root: dict[tuple[str, int], tuple[str, int]] = {}

    def find(place: tuple[str, int]) -> tuple[str, int]:
        while root.setdefault(place, place) != place:
            root[place] = root[root[place]]
            place = root[place]
        return place

    for old, new, _ in edges:
        root[find(("new", new))] = find(("old", old))
    groups: dict[tuple[str, int], list[Edge]] = defaultdict(list)
    for edge in edges:
        groups[find(("old", edge[0]))].append(edge)
    return list(groups.values())


def _heaviest_first(edges: Sequence[Edge]) -> list[tuple[int, int]]:
    pairs: list[tuple[int, int]] = []
    old_taken: set[int] = set()
    new_taken: set[int] = set()
    for old, new, _ in sorted(edges, key=lambda edge: (-edge[2], edge[0], edge[1])):
        if old not in old_taken and new not in new_taken:
            pairs.append((old, new))
            old_taken.add(old)
            new_taken.add(new)
    return pairs


def _exact(olds: Sequence[int], news: Sequence[int], edges: Sequence[Edge]) -> list[tuple[int, int]]:
    """Return the assignment of most weight, by shortest augmenting paths with potentials."""
    if len(olds) > len(news):
        swapped = _exact(news, olds, [(new, old, weight) for old, new, weight in edges])
        return [(old, new) for new, old in swapped]
    row_of = {old: row for row, old in enumerate(olds)}
    column_of = {new: column for column, new in enumerate(news)}
    cost = [[0.0] * len(news) for _ in olds]
    for old, new, weight in edges:
        cost[row_of[old]][column_of[new]] = -weight
    holder = _solve(cost)
    return [(olds[row], news[column]) for column, row in enumerate(holder) if row is not None and cost[row][column] < 0]


def _solve(cost: Sequence[Sequence[float]]) -> list[int | None]:
    """Return for each column the row that holds it, every row holding one, at the least sum of costs.

    There are at least as many columns as rows.
    """
    columns = len(cost[0])
    row_potential = [0.0] * len(cost)
    column_potential = [0.0] * (columns + 1)
    holder: list[int | None] = [None] * (columns + 1)  # the last column is where each row starts from
    for first in range(len(cost)):
        holder[columns] = first
        least = [float("inf")] * columns
        came_from = [columns] * columns
        open_columns = list(range(columns))
        column = columns
        while (row := holder[column]) is not None:
            for other in open_columns:
                reduced = cost[row][other] - row_potential[row] - column_potential[other]
                if reduced < least[other]:
                    least[other], came_from[other] = reduced, column
            nearest = min(open_columns, key=least.__getitem__)
            _shift(least, nearest, open_columns, holder, row_potential, column_potential)
            open_columns.remove(nearest)
            column = nearest
        while column != columns:
            holder[column], column = holder[came_from[column]], came_from[column]
    return holder[:columns]


def _shift(  # noqa: PLR0917 - the six belong to one step of one algorithm
    least: list[float],
    nearest: int,
    open_columns: Sequence[int],
    holder: Sequence[int | None],
    row_potential: list[float],
    column_potential: list[float],
) -> None:
    """Raise the potentials by the distance to the nearest open column."""
    delta = least[nearest]
    still_open = set(open_columns)
    for column in range(len(column_potential)):
        if column in still_open:
            least[column] -= delta
        elif (row := holder[column]) is not None:
            row_potential[row] += delta
            column_potential[column] -= delta
