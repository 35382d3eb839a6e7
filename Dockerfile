# The server, as a user without rights; everything it keeps is in /data. docs/operations.md says how,
# and how to learn the digest that the base image is taken by.

ARG PYTHON_DIGEST
FROM python:3.11-slim@${PYTHON_DIGEST} AS build
RUN python -m venv --without-pip /opt/skm
WORKDIR /src
COPY constraints.txt .
RUN pip --python /opt/skm/bin/python install --no-cache-dir --require-hashes --requirement constraints.txt
COPY pyproject.toml LICENSE ./
COPY bot bot
COPY skm skm
COPY locales locales
RUN pip --python /opt/skm/bin/python install --no-cache-dir --no-deps --no-build-isolation .

FROM python:3.11-slim@${PYTHON_DIGEST}
RUN useradd --system --uid 10001 --home-dir /data --shell /usr/sbin/nologin skm \
 && install --directory --owner=skm --group=skm --mode=0700 /data
COPY --from=build /opt/skm /opt/skm
ENV PATH=/opt/skm/bin:$PATH \
    PYTHONDONTWRITEBYTECODE=1 \
    PYTHONUNBUFFERED=1 \
    MPLCONFIGDIR=/tmp \
    SKM_DATABASE_URL=sqlite+aiosqlite:////data/skm.db \
    SKM_HTTP_HOST=0.0.0.0
USER 10001
WORKDIR /data
VOLUME /data
EXPOSE 8080
STOPSIGNAL SIGTERM
HEALTHCHECK --interval=30s --timeout=5s --start-period=20s \
    CMD ["python", "-c", "from urllib.request import urlopen; urlopen('http://127.0.0.1:8080/healthz', timeout=4)"]
ENTRYPOINT ["skm"]
CMD ["serve"]
