# A private bucket: no one has access by default, and it is encrypted, versioned and
# requires TLS 1.2.

resource "aws_s3_bucket" "bucket" {
  #checkov:skip=CKV_AWS_18: S3 delivers access logs late and can lose some; CloudTrail records access to states, and the portal's files are public.
  #checkov:skip=CKV_AWS_144: the bucket of the states is replicated (see bootstrap); the portal's can be written again from the repository at any time.
  #checkov:skip=CKV2_AWS_62: nothing acts on objects.
  region = var.region

  bucket        = var.name
  force_destroy = var.force_destroy
}

resource "aws_s3_bucket_public_access_block" "bucket" {
  region = var.region

  bucket                  = aws_s3_bucket.bucket.id
  block_public_acls       = true
  block_public_policy     = true
  ignore_public_acls      = true
  restrict_public_buckets = true
}

# Access control lists are off, so that the policy alone decides.
resource "aws_s3_bucket_ownership_controls" "bucket" {
  region = var.region

  bucket = aws_s3_bucket.bucket.id

  rule {
    object_ownership = "BucketOwnerEnforced"
  }
}

resource "aws_s3_bucket_server_side_encryption_configuration" "bucket" {
  region = var.region

  bucket = aws_s3_bucket.bucket.id

  rule {
    bucket_key_enabled = var.kms_key_arn != null

    apply_server_side_encryption_by_default {
      sse_algorithm     = var.kms_key_arn == null ? "AES256" : "aws:kms"
      kms_master_key_id = var.kms_key_arn
    }
  }
}

resource "aws_s3_bucket_versioning" "bucket" {
  region = var.region

  bucket = aws_s3_bucket.bucket.id

  versioning_configuration {
    status = "Enabled"
  }
}

resource "aws_s3_bucket_lifecycle_configuration" "bucket" {
  region = var.region

  bucket = aws_s3_bucket.bucket.id

  rule {
    id     = "replaced"
    status = "Enabled"

    filter {}

    noncurrent_version_expiration {
      noncurrent_days = var.keep_days
    }

    abort_incomplete_multipart_upload {
      days_after_initiation = 7
    }
  }

  depends_on = [aws_s3_bucket_versioning.bucket]
}

resource "aws_s3_bucket_policy" "bucket" {
  region = var.region

  bucket = aws_s3_bucket.bucket.id

  policy = jsonencode({
    Version = "2012-10-17"
    Statement = concat(var.statements, [
      {
        Sid       = "NoPlainHTTP"
        Effect    = "Deny"
        Principal = "*"
        Action    = "s3:*"
        Resource  = [aws_s3_bucket.bucket.arn, "${aws_s3_bucket.bucket.arn}/*"]
        Condition = { Bool = { "aws:SecureTransport" = "false" } }
      },
      {
        Sid       = "NoOldTLS"
        Effect    = "Deny"
        Principal = "*"
        Action    = "s3:*"
        Resource  = [aws_s3_bucket.bucket.arn, "${aws_s3_bucket.bucket.arn}/*"]
        Condition = { NumericLessThan = { "s3:TlsVersion" = "1.2" } }
      },
    ])
  })

  # With the block first, S3 refuses a policy that it considers public.
  depends_on = [aws_s3_bucket_public_access_block.bucket]
}
