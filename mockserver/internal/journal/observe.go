package journal

// Ended is what became of an exchange, as far as it is counted.
type Ended struct {
	Operation string // operationId; empty: none of the contract
	Status    int    // 0: the connection was cut before there was one
	Fault     string // which struck; empty: none
}

// Ended returns what became of the exchange. It is called after End.
func (x *Exchange) Ended() Ended {
	ended := Ended{Operation: x.record.operation, Status: x.record.status}
	if x.record.fault != nil {
		ended.Fault = x.record.fault.Name
	}
	return ended
}
