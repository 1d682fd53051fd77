"""Every app of an organisation in one table: archives are found, audited one by one, and written down as rows."""
