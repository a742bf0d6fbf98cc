package rest

// HealthInput is the input of a context's health operation.
type HealthInput struct{}

// HealthOutput is the output of a context's health operation.
type HealthOutput struct {
	Body Health
}

// Health is the state of a context in the Region.
type Health struct {
	// Always ok. A context that cannot serve requests responds with a problem.
	Status string `json:"status" enum:"ok" example:"ok"`
}
