output "id" {
  description = "The bucket's name, once it can be written to."
  value       = aws_s3_bucket.bucket.id
  depends_on  = [aws_s3_bucket_versioning.bucket, aws_s3_bucket_server_side_encryption_configuration.bucket]
}

output "arn" {
  description = "The bucket's ARN."
  value       = aws_s3_bucket.bucket.arn
}

output "domain_name" {
  description = "The bucket's name in its Region's DNS."
  value       = aws_s3_bucket.bucket.bucket_regional_domain_name
}
