"""Alembic's entry: run the migrations on the database that `migrate` names."""

import asyncio
from threading import Thread

from alembic import context
from sqlalchemy import Connection
from sqlalchemy.ext.asyncio import create_async_engine

from skm.store.schema import metadata


def run(conn: Connection) -> None:
    context.configure(connection=conn, target_metadata=metadata, render_as_batch=True)
    with context.begin_transaction():
        context.run_migrations()


async def run_online() -> None:
    engine = create_async_engine(context.config.get_main_option("sqlalchemy.url") or "")
    async with engine.connect() as conn:
        await conn.run_sync(run)
        await conn.commit()
    await engine.dispose()


# A thread of its own, so that it also works where a loop is running already.
failures: list[BaseException] = []


def _in_thread() -> None:
    try:
        asyncio.run(run_online())
    except BaseException as error:  # handed on below, to whoever called migrate
        failures.append(error)


thread = Thread(target=_in_thread)
thread.start()
thread.join()
if failures:
    raise failures[0]
