# The bucket with the states of all environments in the account. A state contains
# secrets, so the bucket is private, encrypted and versioned. It is replicated to a second
# Region, because it is needed most when a Region is down.

locals {
  state = {
    primary = { region = local.settings.state.region, name = module.settings.names.state }
    replica = { region = local.settings.state.replica, name = module.settings.names.state_replica }
  }
}

resource "aws_kms_key" "state" {
  for_each = local.state
  region   = each.value.region

  description             = "${module.settings.system.title}: Terraform states"
  enable_key_rotation     = true
  deletion_window_in_days = 30

  # The account's own policies decide who can use the key.
  policy = jsonencode({
    Version = "2012-10-17"
    Statement = [{
      Effect    = "Allow"
      Action    = "kms:*"
      Resource  = "*"
      Principal = { AWS = "arn:${local.partition}:iam::${local.account}:root" }
    }]
  })
}

resource "aws_kms_alias" "state" {
  for_each = local.state
  region   = each.value.region

  name          = "alias/${module.settings.system.name}-state"
  target_key_id = aws_kms_key.state[each.key].key_id
}

module "state" {
  source   = "../modules/bucket"
  for_each = local.state

  name        = each.value.name
  region      = each.value.region
  kms_key_arn = aws_kms_key.state[each.key].arn
  keep_days   = 400 # a state of the last year can be restored
}

resource "aws_iam_role" "replication" {
  name        = "${module.settings.system.name}-state-replication"
  description = "Copies Terraform states to a second Region"

  assume_role_policy = jsonencode({
    Version = "2012-10-17"
    Statement = [{
      Effect    = "Allow"
      Action    = "sts:AssumeRole"
      Principal = { Service = "s3.amazonaws.com" }
      Condition = { StringEquals = { "aws:SourceAccount" = local.account } }
    }]
  })
}

resource "aws_iam_role_policy" "replication" {
  name = "replication"
  role = aws_iam_role.replication.id

  policy = jsonencode({
    Version = "2012-10-17"
    Statement = [
      {
        Effect   = "Allow"
        Action   = ["s3:GetReplicationConfiguration", "s3:ListBucket"]
        Resource = module.state["primary"].arn
      },
      {
        Effect   = "Allow"
        Action   = ["s3:GetObjectVersionAcl", "s3:GetObjectVersionForReplication", "s3:GetObjectVersionTagging"]
        Resource = "${module.state["primary"].arn}/*"
      },
      {
        Effect   = "Allow"
        Action   = ["s3:ReplicateDelete", "s3:ReplicateObject", "s3:ReplicateTags"]
        Resource = "${module.state["replica"].arn}/*"
      },
      {
        Effect   = "Allow"
        Action   = "kms:Decrypt"
        Resource = aws_kms_key.state["primary"].arn
      },
      {
        Effect   = "Allow"
        Action   = ["kms:Encrypt", "kms:GenerateDataKey"]
        Resource = aws_kms_key.state["replica"].arn
      },
    ]
  })
}

resource "aws_s3_bucket_replication_configuration" "state" {
  region = local.state.primary.region

  bucket = module.state["primary"].id
  role   = aws_iam_role.replication.arn

  rule {
    id     = "all"
    status = "Enabled"

    filter {}

    # A released lock must not look held in the copy.
    delete_marker_replication {
      status = "Enabled"
    }

    source_selection_criteria {
      sse_kms_encrypted_objects {
        status = "Enabled"
      }
    }

    destination {
      bucket        = module.state["replica"].arn
      storage_class = "STANDARD_IA"

      encryption_configuration {
        replica_kms_key_id = aws_kms_key.state["replica"].arn
      }
    }
  }

  depends_on = [aws_iam_role_policy.replication]
}
