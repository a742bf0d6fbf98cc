// Package expr parses and evaluates DynamoDB's expressions: conditions and filters,
// key conditions, updates and projections. Source: "Using expressions in DynamoDB",
// https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/Expressions.html
//
// An invalid expression is a ValidationException before any item is read, as on
// AWS. An attribute that is missing or has another type makes a condition false,
// and is an error in an update.
package expr
