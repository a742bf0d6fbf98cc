package gateway

import (
	"encoding/json"
	"strings"
)

// dateClaim is how Java prints a date, which is what API Gateway passes on.
const dateClaim = "Mon Jan 02 15:04:05 MST 2006"

// strings returns the claims as the event has them: every value is a string, as
// recorded in testdata/recorded/event/cognito-claims.txtar. How a claim that is
// null or an object comes through is unverified.
func (c claims) strings() map[string]string {
	all := make(map[string]string, len(c))
	for name, value := range c {
		if value == nil {
			continue
		}
		if name == "exp" || name == "iat" {
			if date, ok := c.date(name); ok {
				all[name] = date.Format(dateClaim)
				continue
			}
		}
		all[name] = claimText(value)
	}
	return all
}

func claimText(value any) string {
	if list, ok := value.([]any); ok {
		texts := make([]string, len(list))
		for i, element := range list {
			texts[i] = claimText(element)
		}
		return strings.Join(texts, ",")
	}
	if text, ok := scalar(value); ok {
		return text
	}
	text, _ := json.Marshal(value) // the value was decoded from JSON
	return string(text)
}
