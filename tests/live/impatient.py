"""The desk, except that it looks after sessions all the time: `python -m tests.live.impatient serve …`"""

from __future__ import annotations

from datetime import timedelta

from app import scheduler
from app.cli import main

if __name__ == "__main__":
    scheduler.TOUCH_EVERY = timedelta(seconds=0.05)
    scheduler.SWEEP_EVERY = 1
    main()
