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

	"github.com/meridian-api/meridian/platform/dynamodb"
	"github.com/meridian-api/meridian/platform/precondition"
	"github.com/meridian-api/meridian/profiles"
)

// Merge sets and removes preferences of an account's profile. It updates single
// members of the map, so that concurrent merges are all kept, and applies the
// complete merge or nothing. It fails with ErrNotFound if there is no such
// profile, and with a Conflict problem if a preference has another type or there
// would be too many.
//
// An expression cannot count new members. So a merge is accepted if all members
// that it sets would fit as new ones, or if all of them exist.
func (s *Store) Merge(ctx context.Context, accountID string, m profiles.Merge, now time.Time) (profiles.Profile, error) {
	update := s.table.Update(hashKey, accountID).Set("updatedAt", toMillisecond(now)).Set("version", precondition.NewVersion())
	e := expression{names: map[string]*string{}, values: dynamo.Item{}}
	var fits, present []string
	for i, name := range slices.Sorted(maps.Keys(m)) {
		member := e.member(i, name)
		p := m[name]
		if p == nil {
			update.RemoveExpr("$", e.literal(member))
			continue
		}
		kind, v := attribute(*p)
		hasType := fmt.Sprintf("attribute_type(%s,%s)", member, e.value(kind, &types.AttributeValueMemberS{Value: kind}))
		update.SetExpr("$", e.literal(member+"="+e.value(strconv.Itoa(i), v)))
		fits = append(fits, "(attribute_not_exists("+member+") OR "+hasType+")")
		present = append(present, hasType)
	}
	condition := "attribute_exists(accountId)"
	if n := len(fits); n > 0 {
		room := e.value("room", &types.AttributeValueMemberN{Value: strconv.Itoa(profiles.MaxPreferences - n)})
		fits = append(fits, "size(#p)<="+room)
		condition += " AND (" + strings.Join(fits, " AND ") + " OR " + strings.Join(present, " AND ") + ")"
	}
	update.If("$", e.literal(condition))

	var i item
	err := dynamodb.OnFailedCondition(update.Value(ctx, &i), func(found item) error {
		if found.AccountID == "" {
			return profiles.ErrNotFound
		}
		return m.Clash(found.profile().Preferences)
	})
	return i.profile(), err
}

// expression collects the names and values of an update's expressions. Its
// placeholders are shorter than package dynamo's, which grow with the names:
// DynamoDB's limit for an expression is 4 KB.
type expression struct {
	names  map[string]*string
	values dynamo.Item
}

// member returns the path of a member of the map of preferences.
func (e expression) member(i int, name string) string {
	preferences, placeholder := "preferences", "#"+strconv.Itoa(i)
	e.names["#p"], e.names[placeholder] = &preferences, &name
	return "#p." + placeholder
}

// value adds a value and returns its placeholder.
func (e expression) value(name string, v types.AttributeValue) string {
	e.values[":"+name] = v
	return ":" + name
}

func (e expression) literal(text string) dynamo.ExpressionLiteral {
	return dynamo.ExpressionLiteral{Expression: text, AttributeNames: e.names, AttributeValues: e.values}
}
