package org.chargeproof.ocpi.json;

import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/** OCPI's CiString: printable ASCII without regard to case, at most so many characters. */
@Retention(RetentionPolicy.RUNTIME)
@Target(ElementType.RECORD_COMPONENT)
public @interface CiString {
    /** The most characters. */
    int value();
}
