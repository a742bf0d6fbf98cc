output "functions" {
  description = "ARNs of what the API calls, by function."
  value       = { for short, a in aws_lambda_alias.live : short => a.arn }
}
