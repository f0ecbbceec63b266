"""The live side's metrics, with names and units as Prometheus's guide wants them."""

from __future__ import annotations

from prometheus_client import Counter, Gauge, Histogram

SOCKETS = Gauge("desk_sockets", "Open sockets of this process.", multiprocess_mode="livesum")
CHANNELS = Gauge(
    "desk_channels", "Topics in rooms that somebody on this process subscribes to.", multiprocess_mode="livesum"
)
LAG_IDS = Gauge("desk_relay_lag_events", "Events in the log that were not published yet.", multiprocess_mode="livemax")
LAG_SECONDS = Histogram(
    "desk_relay_lag_seconds",
    "From an event's record to its frame.",
    buckets=(0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10),
)
REPLAYS = Histogram(
    "desk_replay_seconds", "Bringing a page up to date when it connects.", buckets=(0.001, 0.005, 0.02, 0.1, 0.5, 2)
)
PUSHES = Counter("desk_pushes_total", "Frames written to sockets.")
PUSHED_BYTES = Counter("desk_pushed_bytes_total", "Bytes of these frames.")
CLOSES = Counter("desk_socket_closes_total", "Ended sockets by close code.", ["code"])
SLOW = Counter("desk_slow_readers_total", "Sockets closed because too much waited for them.")
FAILED = Counter("desk_failed_broadcasts_total", "Regions that could not be rendered for a push.")
LOOP_LAG = Histogram(
    "desk_loop_lag_seconds",
    "How much later than asked for the event loop returned to a task: what every request may wait besides.",
    buckets=(0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5),
)
LONGEST_HOLD = Gauge(
    "desk_loop_longest_hold_seconds",
    "The longest time in the last minute for which the event loop served nobody else.",
    multiprocess_mode="livemax",
)
LONGEST_HOLD_SINCE_START = Gauge(
    "desk_loop_longest_hold_since_start_seconds",
    "The longest time since the start for which the event loop served nobody else.",
    multiprocess_mode="livemax",
)
