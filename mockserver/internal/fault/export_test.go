package fault

import (
	"fmt"
	"strings"
)

// Preference returns the header Prefer that asks for the plan.
func (p *Plan) Preference() string {
	parts := []string{"fault=" + string(p.Kind.Name)}
	if p.Delay > 0 {
		parts = append(parts, "delay="+p.Delay.String())
	}
	if p.other.status != 0 {
		parts = append(parts, fmt.Sprintf("code=%d", p.other.status))
	}
	if p.other.retryAfter != 0 {
		parts = append(parts, fmt.Sprintf("retry-after=%d", p.other.retryAfter))
	}
	return strings.Join(parts, ", ")
}
