# The version after this one, for a rehearsal: it says so, and brings a migration that this one does not know.
ARG CREW_IMAGE
FROM ${CREW_IMAGE}
USER 0
RUN sed -i 's/^export const VERSION = ".*"/export const VERSION = "0.1.1"/' packages/platform/src/config/read-config.ts \
    && last=$(ls packages/db/migrations | tail -1 | cut -c1-4) && next=$(printf '%04d' $((1${last} - 10000 + 1))) \
    && echo 'ALTER TABLE crews ADD COLUMN rehearsed_at timestamptz;' > packages/db/migrations/${next}_rehearsal.sql
USER 10001:10001
RUN node scripts/warm-up.mjs
