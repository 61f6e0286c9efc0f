# SPDX-License-Identifier: Apache-2.0
"""How workers reach the table of jobs: by a pool for their own work, by its transaction for what a job queues.

procrastinate's own worker queues through the pool: a job could start before the row that it is about was committed, or
although it never is.
"""

from __future__ import annotations

from procrastinate.connector import BaseAsyncConnector, BaseConnector
from procrastinate.contrib.django.django_connector import DjangoConnector
from procrastinate.contrib.django.utils import connector_params
from procrastinate.psycopg_connector import PsycopgConnector

ALIAS = "default"


class WorkerConnector(PsycopgConnector):
    """A worker's connector whose jobs queue within their own transaction, as the web server's requests do."""

    def get_sync_connector(self) -> BaseConnector:
        """Django's connection of the thread that asks: the job's."""
        return DjangoConnector(alias=ALIAS)


class Connector(DjangoConnector):
    """Django's connector, which gives workers the one above."""

    def get_worker_connector(self) -> BaseAsyncConnector:
        """The connector of a worker."""
        return WorkerConnector(kwargs=connector_params(ALIAS))
