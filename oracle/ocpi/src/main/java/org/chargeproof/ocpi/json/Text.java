package org.chargeproof.ocpi.json;

import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/** OCPI's string: printable characters, at most so many UTF-16 units. */
@Retention(RetentionPolicy.RUNTIME)
@Target(ElementType.RECORD_COMPONENT)
public @interface Text {
    /** The most UTF-16 units. */
    int value();

    /** Signed data may hold line breaks and tabs: they are what was signed. */
    boolean hasLines() default false;
}
