package fault

import (
	"fmt"
	"strings"
)

// Preference returns what a request says in the header Prefer to be struck so.
func (p *Plan) Preference() string {
	parts := []string{"fault=" + string(p.Fault)}
	if p.Delay > 0 {
		parts = append(parts, "delay="+p.Delay.String())
	}
	if p.status != 0 {
		parts = append(parts, fmt.Sprintf("code=%d", p.status))
	}
	if p.retryAfter != 0 {
		parts = append(parts, fmt.Sprintf("retry-after=%d", p.retryAfter))
	}
	return strings.Join(parts, ", ")
}
