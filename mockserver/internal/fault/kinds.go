package fault

// Kind is a way to misbehave. [Kinds] lists them all.
type Kind struct {
	Name    Name     `json:"name"`
	Meaning string   `json:"what"`            // what happens, as a sentence without a full stop
	Needs   []string `json:"needs,omitempty"` // required fields of the rule: delay, status
	Skips   bool     `json:"-"`               // the request is not carried out

	early   bool // the delay comes before the commit
	spread  bool // the delay is spread over the body
	deliver func(delivery) error
}

// Name is the name of a kind.
type Name string

// Fields of a rule that a kind may need.
const (
	needsDelay  = "delay"
	needsStatus = "status"
)

// Kinds lists all kinds. A new kind is a row here and a name in the enum of
// control.yaml.
func Kinds() []Kind {
	return []Kind{
		{Name: "delay", Meaning: "the request is carried out late", Needs: []string{needsDelay}, early: true, deliver: delivery.whole},
		{Name: "answer", Meaning: "another response is sent, and nothing is carried out", Needs: []string{needsStatus}, Skips: true, early: true, deliver: delivery.replaced},
		{Name: "reset-before-commit", Meaning: "the connection is reset, and nothing is carried out", Skips: true, early: true, deliver: delivery.reset},
		{Name: "commit-then-delay", Meaning: "the request is carried out at once and answered late", Needs: []string{needsDelay}, deliver: delivery.whole},
		{Name: "commit-then-answer", Meaning: "the request is carried out, and another response is sent", Needs: []string{needsStatus}, deliver: delivery.replaced},
		{Name: "commit-then-reset", Meaning: "the request is carried out, and the connection is reset before the response", deliver: delivery.reset},
		{Name: "reset-after-headers", Meaning: "the request is carried out, and the connection is reset after the headers of the response", deliver: truncated(0)},
		{Name: "truncate", Meaning: "the request is carried out, and the connection ends in the middle of the body", deliver: truncated(0.5)},
		{Name: "slow", Meaning: "the request is carried out, and the body is sent in small pieces", Needs: []string{needsDelay}, spread: true, deliver: delivery.slow},
	}
}

// defaultKind returns the kind of a rule that names none.
func defaultKind(status int) Name {
	if status != 0 {
		return "answer"
	}
	return "delay"
}

func kindOf(name Name) (Kind, bool) {
	for _, k := range Kinds() {
		if k.Name == name {
			return k, true
		}
	}
	return Kind{}, false
}
