package api

import (
	"net/http"

	"github.com/labstack/echo/v4"
)

// healthz reports that the process is alive.
func healthz(c echo.Context) error { return c.JSON(http.StatusOK, map[string]string{"status": "ok"}) }

// readyz reports whether the server takes requests. A server that stops says so on
// open connections, before they are closed.
func (a *API) readyz(c echo.Context) error {
	if a.Ready != nil && !a.Ready() {
		return c.JSON(http.StatusServiceUnavailable, map[string]string{"status": "stopping"})
	}
	return c.JSON(http.StatusOK, map[string]string{"status": "ready"})
}
