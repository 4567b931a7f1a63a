# Styles and scripts of the design system; Node stays behind in this stage.
FROM node:24-slim AS assets
WORKDIR /build
COPY package.json package-lock.json .npmrc ./
RUN npm ci

FROM python:3.13-slim AS packages
COPY requirements.txt .
RUN python -m venv /opt/venv \
    && /opt/venv/bin/pip install --no-cache-dir --disable-pip-version-check \
        --require-hashes -r requirements.txt

FROM python:3.13-slim
ENV PATH=/opt/venv/bin:$PATH \
    PYTHONUNBUFFERED=1 \
    PYTHONDONTWRITEBYTECODE=1 \
    STEWARD_VAR=/var/lib/steward \
    HOST=0.0.0.0 \
    PORT=8000
RUN useradd --system --uid 10001 --home-dir /var/lib/steward steward \
    && install -d -m 0700 -o steward /var/lib/steward
WORKDIR /app
COPY --from=packages /opt/venv /opt/venv
COPY . .
COPY --from=assets /build/node_modules /tmp/node_modules
# Static files are the same for every installation, so they are made here. No secret is needed:
# the embedded mode makes one for itself, in a folder that is thrown away.
RUN python tools/assets.py /tmp/node_modules static/vendor \
    && STEWARD_VAR=/tmp/var python manage.py collectstatic --noinput -v0 \
    && rm -rf /tmp/var /tmp/node_modules
ENV STEWARD_MODE=production
USER steward
VOLUME /var/lib/steward
EXPOSE 8000
CMD ["gunicorn", "-c", "config/gunicorn.py", "config.wsgi"]
