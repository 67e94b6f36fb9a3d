package api

import (
	"net/http"

	"github.com/labstack/echo/v4"
)

// healthz says that the process is alive. It stays so while a server stops, and
// while it keeps on serving what it had before a file was broken.
func healthz(c echo.Context) error { return c.JSON(http.StatusOK, map[string]string{"status": "ok"}) }

// readyz reports whether requests are welcome. A server that stops tells so over the
// connections that are still open, before they are closed.
func (a *API) readyz(c echo.Context) error {
	if a.Ready != nil && !a.Ready() {
		return c.JSON(http.StatusServiceUnavailable, map[string]string{"status": "stopping"})
	}
	return c.JSON(http.StatusOK, map[string]string{"status": "ready"})
}
