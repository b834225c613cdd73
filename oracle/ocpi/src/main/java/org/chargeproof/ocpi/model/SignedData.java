package org.chargeproof.ocpi.model;

import java.util.List;
import org.chargeproof.ocpi.json.CiString;
import org.chargeproof.ocpi.json.NonEmpty;
import org.chargeproof.ocpi.json.Text;
import org.jspecify.annotations.Nullable;

/** What a meter signed. */
public record SignedData(
        @CiString(36) String encodingMethod,
        @Nullable Integer encodingMethodVersion,
        @Text(512) @Nullable String publicKey,
        @NonEmpty List<SignedValue> signedValues,
        @Text(512) @Nullable String url) {
    /** The same lists, unchangeable. */
    public SignedData {
        signedValues = List.copyOf(signedValues);
    }
}
