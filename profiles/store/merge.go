package store

import (
	"context"
	"fmt"
	"maps"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"
	"github.com/guregu/dynamo/v2"

	"github.com/meridian-api/meridian/profiles"
)

// Merge sets and removes preferences of an account's profile by one update of
// the map's members, so that of merges at once none is lost. All of it is done
// or nothing. It fails with ErrNotFound when there is no profile, and with a
// Conflict when a preference has another type or there would be too many.
//
// Expressions cannot count the new members. A merge is let in when even all
// that it sets would fit, or when none of it is new.
func (s *Store) Merge(ctx context.Context, accountID string, m profiles.Merge, now time.Time) (profiles.Profile, error) {
	update := s.table.Update("accountId", accountID).Set("updatedAt", moment(now)).Set("version", newVersion())
	e := expression{names: map[string]*string{}, values: dynamo.Item{}}
	var fits, present []string
	for i, name := range slices.Sorted(maps.Keys(m)) {
		member := e.member(i, name)
		p := m[name]
		if p == nil {
			update.RemoveExpr("$", e.of(member))
			continue
		}
		kind, v := attribute(*p)
		hasType := fmt.Sprintf("attribute_type(%s,%s)", member, e.value(kind, &types.AttributeValueMemberS{Value: kind}))
		update.SetExpr("$", e.of(member+"="+e.value(strconv.Itoa(i), v)))
		fits = append(fits, "(attribute_not_exists("+member+") OR "+hasType+")")
		present = append(present, hasType)
	}
	condition := "attribute_exists(accountId)"
	if n := len(fits); n > 0 {
		room := e.value("room", &types.AttributeValueMemberN{Value: strconv.Itoa(profiles.MaxPreferences - n)})
		fits = append(fits, "size(#p)<="+room)
		condition += " AND (" + strings.Join(fits, " AND ") + " OR " + strings.Join(present, " AND ") + ")"
	}
	update.If("$", e.of(condition))

	var i item
	err := explain(update.Value(ctx, &i), func(was item) error {
		if was.AccountID == "" {
			return profiles.ErrNotFound
		}
		return m.Clash(was.profile().Preferences)
	})
	return i.profile(), err
}

// expression collects the names and values of an update's expressions. Their
// placeholders are short, where dynamo's grow with the names: DynamoDB takes
// expressions of 4 KB at most.
type expression struct {
	names  map[string]*string
	values dynamo.Item
}

// member refers to a member of the map of preferences.
func (e expression) member(i int, name string) string {
	preferences, placeholder := "preferences", "#"+strconv.Itoa(i)
	e.names["#p"], e.names[placeholder] = &preferences, &name
	return "#p." + placeholder
}

// value refers to a value under a name of its own.
func (e expression) value(name string, v types.AttributeValue) string {
	e.values[":"+name] = v
	return ":" + name
}

func (e expression) of(text string) dynamo.ExpressionLiteral {
	return dynamo.ExpressionLiteral{Expression: text, AttributeNames: e.names, AttributeValues: e.values}
}
