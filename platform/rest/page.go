package rest

// Page is one page of a list.
type Page[T any] struct {
	// What is on the page, in the order of the list.
	Items []T `json:"items"`
	// Cursor that begins the next page; absent on the last one.
	NextCursor string `json:"nextCursor,omitempty" example:"kHy0m1Jx9yQ1Qy4c0b3dNQ"`
}
