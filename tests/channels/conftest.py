"""What the channel tests share."""

from __future__ import annotations

import pytest

pytest.register_assert_rewrite("tests.channels.suite", "tests.channels.suite_sending", "tests.channels.world")
