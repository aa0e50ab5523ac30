"""`python -m sentiment.corpus.agreement FILE`: how far a second annotator agrees with the corpus.

FILE has the corpus's columns with the second annotator's labels, and any of its mentions; they are matched
by author and text. Prints the share that agrees and Cohen's kappa for sentiment, kind and urgency.
"""

from __future__ import annotations

import sys
from collections import Counter
from pathlib import Path

from sentiment.corpus import CorpusError, Mention, mentions, parse

_LABELS = ("sentiment", "kind", "urgency")


def kappa(pairs: list[tuple[str, str]]) -> float:
    """Cohen's kappa of (first, second) labels: 1 full agreement, 0 no better than chance."""
    if not pairs:
        return 0.0
    agreed = sum(first == second for first, second in pairs) / len(pairs)
    firsts, seconds = Counter(first for first, _ in pairs), Counter(second for _, second in pairs)
    chance = sum(firsts[label] * seconds[label] for label in firsts) / len(pairs) ** 2
    return 1.0 if chance == 1 else (agreed - chance) / (1 - chance)


def matched(path: Path) -> tuple[list[tuple[Mention, Mention]], int]:
    """The corpus's mention beside the second annotator's, and how many lines are not of the corpus."""
    known = {(mention.author, mention.text): mention for mention in mentions()}
    pairs, strangers = [], 0
    for number, line in enumerate(path.read_text("utf-8").split("\n"), start=1):
        if not line:
            continue
        try:
            second = parse(line, "nl")
        except CorpusError as error:
            raise CorpusError(f"{path.name}, line {number}: {error}") from error
        first = known.get((second.author, second.text))
        if first is None:
            strangers += 1
        else:
            pairs.append((first, second))
    return pairs, strangers


def report(path: Path) -> list[str]:
    """The lines to print."""
    pairs, strangers = matched(path)
    found = [f"{len(pairs)} mentions labelled twice, {strangers} lines that are not of the corpus"]
    for label in _LABELS:
        both = [(str(getattr(first, label)), str(getattr(second, label))) for first, second in pairs]
        agreed = sum(first == second for first, second in both) / max(1, len(both))
        found.append(f"{label:10} agree {agreed:.3f}  kappa {kappa(both):.3f}")
        apart = Counter(pair for pair in both if pair[0] != pair[1]).most_common(5)
        found.extend(f"           {count:4}  {first} -> {second}" for (first, second), count in apart)
    return found


def main() -> None:
    """Print the report; one sentence and exit code 2 for a file that cannot be read."""
    if len(sys.argv) != 2:
        sys.exit("Name one file: python -m sentiment.corpus.agreement FILE")
    try:
        sys.stdout.write("\n".join(report(Path(sys.argv[1]))) + "\n")
    except (CorpusError, OSError, UnicodeDecodeError) as error:
        sys.stderr.write(f"{error}\n")
        sys.exit(2)


if __name__ == "__main__":
    main()
