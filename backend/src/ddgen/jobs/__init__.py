"""Durable runs: asked for, queued, done by a child process, resumed after a crash, cancelled, repeated by the clock.

`desk.RunDesk` is the door for those who ask, `worker.Worker` does the work. Nothing heavy is imported until then.
"""
