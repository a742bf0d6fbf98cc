package rest

// Page is one page of a list.
type Page[T any] struct {
	// Items on the page, in the order of the list.
	Items []T `json:"items"`
	// Cursor of the next page. Absent on the last page.
	NextCursor string `json:"nextCursor,omitempty" example:"kHy0m1Jx9yQ1Qy4c0b3dNXsiaWQiOiI3ZjBjOWM1ZSJ9"`
}
