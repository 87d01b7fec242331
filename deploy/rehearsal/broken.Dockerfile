# A version whose API never gets ready, for a rehearsal.
ARG CREW_IMAGE
FROM ${CREW_IMAGE}
USER 0
RUN echo 'await new Promise(() => setInterval(() => {}, 1000));' > apps/api/src/main.ts
USER 10001:10001
