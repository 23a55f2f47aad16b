"""Random policies on random data, three ways: the reference, the function, the filter.

    benchmarks/policies.py [POLICIES [SEED]]

Compares 10,000 policies (or as many as are asked for) on SQLite and, where there is one, on
PostgreSQL, and prints how many verdicts were compared and what the three ways cost. It stops at
the first difference, with the seed that shows it again.
"""

from __future__ import annotations

import os
import sys
import tempfile
import time
from contextlib import closing
from pathlib import Path

ROOT = Path(__file__).parents[1]
sys.path[:0] = [str(ROOT), str(ROOT / "tests" / "runtime")]

from xgen.runtime import django  # noqa: E402 - the tests' models are found from here on

PACKAGES = ("xgen.runtime.platform", "sampleservice", "policyservice")
POSTGRES = os.environ.get("XGEN_TEST_POSTGRES", "postgresql://postgres@127.0.0.1:5432/postgres")
EACH = 100  # policies a database state


def main(count: int, seed: int) -> None:
    """Compare on both databases."""
    with tempfile.TemporaryDirectory() as folder:
        url = f"sqlite:///{folder}/policies.db"
        django.setup(url, PACKAGES)
        compare("SQLite", count, seed)
        django.close_connections()
    import psycopg

    name = f"xgen_policies_{os.getpid()}"
    try:
        server = psycopg.connect(POSTGRES, autocommit=True, connect_timeout=3)
    except psycopg.OperationalError as error:
        print(f"no PostgreSQL: {error}")
        return
    with closing(server):
        server.execute(f'CREATE DATABASE "{name}"'.encode())
        try:
            django.use_database(f"{POSTGRES.rpartition('/')[0]}/{name}")
            compare("PostgreSQL", count, seed)
        finally:
            django.close_connections()
            server.execute(f'DROP DATABASE "{name}" WITH (FORCE)'.encode())


def compare(database: str, count: int, seed: int) -> None:
    """Compare on one database; each state is taken back."""
    from django.db import transaction
    from test_policy_agreement import agree

    django.migrate()
    verdicts, started = 0, time.process_time()
    for state in range(0, count, EACH):
        with transaction.atomic():
            verdicts += agree(seed + state, EACH, escapes=state % (4 * EACH) == 0)
            transaction.set_rollback(True)
    seconds = time.process_time() - started
    print(f"{database}: {count:,} policies, {verdicts:,} verdicts the same, {seconds:.0f} s CPU")


if __name__ == "__main__":
    numbers = [int(word) for word in sys.argv[1:]]
    main(numbers[0] if numbers else 10_000, numbers[1] if len(numbers) > 1 else 0)
