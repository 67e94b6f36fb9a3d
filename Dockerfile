# A static binary in an empty image. Build: docker build -t assay .
FROM golang:1.26 AS build
WORKDIR /src
COPY go.mod go.sum ./
RUN go mod download
COPY . .
RUN CGO_ENABLED=0 go build -trimpath -buildvcs=false -ldflags=-s -o /out/assay ./cmd/assay

FROM scratch
# The certificates that a deployment's HTTPS is checked against.
COPY --from=build /etc/ssl/certs/ca-certificates.crt /etc/ssl/certs/ca-certificates.crt
COPY --from=build /out/assay /assay
# Nobody in particular, and not root.
USER 65532:65532
# The mock listens on the container's own loopback unless told --listen 0.0.0.0:8080.
EXPOSE 8080
ENTRYPOINT ["/assay"]
CMD ["help"]
