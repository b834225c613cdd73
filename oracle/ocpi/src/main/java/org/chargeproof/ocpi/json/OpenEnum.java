package org.chargeproof.ocpi.json;

import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/** A text of which an enum lists the known values; others are allowed by OCPI. */
@Retention(RetentionPolicy.RUNTIME)
@Target(ElementType.RECORD_COMPONENT)
public @interface OpenEnum {
    /** The known values. */
    Class<? extends Enum<?>> value();
}
