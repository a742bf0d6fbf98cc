// Package expr reads and evaluates DynamoDB's expressions: conditions and
// filters, key conditions, updates and projections.
// https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/Expressions.html
//
// What is wrong in an expression is a ValidationException before any item is
// looked at, as in AWS; what an item makes of it (a missing attribute, another
// type) is false in a condition and an error in an update.
package expr
