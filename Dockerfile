# One image for web, worker, beat and localaws: docker-compose.yml says which command each one runs.
FROM python:3.12-slim AS build
WORKDIR /app
COPY requirements ./requirements
COPY scripts ./scripts
COPY frontend ./frontend
COPY templates ./templates
COPY designer ./designer
COPY review ./review
COPY launch ./launch
COPY executions ./executions
RUN python scripts/setup.py && rm -rf frontend/node_modules .build

FROM python:3.12-slim
ENV PYTHONUNBUFFERED=1 PYTHONDONTWRITEBYTECODE=1 PATH=/app/.venv/bin:$PATH CALLBOARD_DEPLOYMENT=server CALLBOARD_HOME=/state
WORKDIR /app
RUN useradd --system --create-home --uid 10001 callboard && install -d -o callboard -m 0700 /state
COPY --from=build /app/.venv ./.venv
COPY --from=build /app/static/dist ./static/dist
COPY . .
RUN CALLBOARD_SECRET_KEY=build CALLBOARD_DATABASE_URL=postgres://build CALLBOARD_REDIS_URL=redis://build python manage.py collectstatic --noinput
USER callboard
VOLUME /state
EXPOSE 8000 4566
CMD ["uvicorn", "callboard.asgi:application", "--host", "0.0.0.0", "--port", "8000", "--timeout-keep-alive", "75"]
