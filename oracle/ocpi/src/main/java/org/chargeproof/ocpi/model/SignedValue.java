package org.chargeproof.ocpi.model;

import org.chargeproof.ocpi.json.CiString;
import org.chargeproof.ocpi.json.Text;

/** One signed reading. Records longer than the specification's 512 characters are in use, and taken. */
public record SignedValue(
        @CiString(32) String nature,
        @Text(value = 5000, hasLines = true) String plainData,
        @Text(value = 5000, hasLines = true) String signedData) {}
