"""`python -m tools.training` trains on the corpus and writes the weights; `--check` compares only."""

from __future__ import annotations

import hashlib
import json
import sys
from pathlib import Path

from sentiment.corpus import mentions, split
from sentiment.model import dumps
from tools.training.learn import fingerprint, train

WEIGHTS = Path(__file__).parents[2] / "sentiment" / "weights"


def main() -> int:
    """Write, or compare; 1 where the weights differ from what training gives."""
    rows, _held_out = split(mentions())
    data = dumps(train(rows))
    note = {
        "mentions": len(rows),
        "features_sha256": fingerprint(rows),
        "weights_sha256": hashlib.sha256(data).hexdigest(),
    }
    if "--check" in sys.argv[1:]:
        same = (WEIGHTS / "embedded.bin").read_bytes() == data
        sys.stdout.write(
            f"The weights are {'the same' if same else 'NOT the same'}: {note['weights_sha256']}\n"
        )
        return 0 if same else 1
    (WEIGHTS / "embedded.bin").write_bytes(data)
    (WEIGHTS / "embedded.json").write_text(json.dumps(note, indent=2) + "\n", "utf-8")
    sys.stdout.write(f"{len(data)} bytes, trained on {len(rows)} mentions: {note['weights_sha256']}\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
