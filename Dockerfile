# syntax=docker/dockerfile:1
# eks-guard on a mounted folder: docker run --rm --network none -v "$PWD:/app:ro" ghcr.io/eks-guard/eks-guard check cdk.out
ARG PYTHON=3.13

FROM python:${PYTHON}-slim-bookworm AS build
WORKDIR /source
COPY pyproject.toml README.md LICENSE CHANGELOG.md ./
COPY policies policies
COPY docs/eks-guard.1 docs/eks-guard.1
COPY eks_guard eks_guard
RUN python -m venv /opt/eks-guard \
    && /opt/eks-guard/bin/python -m pip install --no-cache-dir --disable-pip-version-check '.[fix]' \
    && /opt/eks-guard/bin/python -m pip uninstall --yes --quiet pip \
    && /opt/eks-guard/bin/python -m compileall -q /opt/eks-guard

FROM python:${PYTHON}-slim-bookworm
LABEL org.opencontainers.image.source="https://github.com/eks-guard/eks-guard" \
      org.opencontainers.image.licenses="Apache-2.0" \
      org.opencontainers.image.description="Finds, before deploy, what breaks or exposes an EKS cluster built with AWS CDK."
COPY --from=build /opt/eks-guard /opt/eks-guard
ENV PATH="/opt/eks-guard/bin:$PATH" PYTHONDONTWRITEBYTECODE=1
WORKDIR /app
USER 65532:65532
ENTRYPOINT ["eks-guard"]
CMD ["check"]
