package edge

import (
	"encoding/json"
	"net/http"

	"github.com/meridian-api/meridian/platform/problem"
)

// writeProblem responds with a problem document (RFC 9457) like the API's own: for
// a client of the embedded cloud the edge is part of the API.
func writeProblem(w http.ResponseWriter, kind problem.Kind, detail string) {
	body, err := json.Marshal((&problem.Error{Kind: kind, Detail: detail}).Document(""))
	if err != nil {
		panic(err) // strings and a number always marshal
	}
	w.Header().Set("Content-Type", problem.MediaType)
	w.WriteHeader(kind.Status)
	w.Write(body)
}
