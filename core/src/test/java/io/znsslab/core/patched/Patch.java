package io.znsslab.core.patched;

import java.lang.classfile.ClassTransform;
import java.lang.classfile.CodeBuilder;
import java.lang.classfile.CodeModel;
import java.lang.classfile.CodeTransform;
import java.lang.classfile.MethodModel;
import java.lang.classfile.MethodTransform;
import java.lang.classfile.instruction.InvokeInstruction;
import java.lang.constant.ClassDesc;
import java.lang.constant.ConstantDescs;
import java.lang.constant.MethodTypeDesc;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.BiConsumer;
import java.util.function.Consumer;

/**
 * A change to the bodies of the methods of one name in one class of core.
 *
 * @param className without its package; a nested class as {@code Outer$Inner}
 */
public record Patch(String className, ClassTransform transform) {
    private static final ClassDesc BREAKPOINT = ClassDesc.of(Breakpoint.class.getName());
    private static final MethodTypeDesc REACHED = MethodTypeDesc.of(ConstantDescs.CD_void, ConstantDescs.CD_String);

    /**
     * Replaces every call of a method of that name within the method by the code that {@code replacement} emits, with
     * the same operands on the stack.
     */
    public static Patch ofCalls(
            String className, String method, String called, BiConsumer<CodeBuilder, InvokeInstruction> replacement) {
        AtomicInteger found = new AtomicInteger();
        CodeTransform body = (code, element) -> {
            if (element instanceof InvokeInstruction call && call.name().equalsString(called)) {
                found.getAndIncrement();
                replacement.accept(code, call);
            } else {
                code.with(element);
            }
        };
        return ofBodies(className, method, body, found, "call " + called);
    }

    private static Patch ofBodies(
            String className, String method, CodeTransform body, AtomicInteger found, String what) {
        ClassTransform bodies = ClassTransform.transformingMethods(
                model -> isNamed(model, method), MethodTransform.transformingCode(body));
        return new Patch(className, bodies.andThen(ClassTransform.endHandler(_ -> {
            if (found.get() == 0) {
                throw new IllegalStateException("%s.%s does not %s any more".formatted(className, method, what));
            }
        })));
    }

    /** Replaces the method's whole body by the code that {@code body} emits. */
    public static Patch ofWhole(String className, String method, Consumer<CodeBuilder> body) {
        AtomicInteger found = new AtomicInteger();
        ClassTransform bodies = (builder, element) -> {
            if (element instanceof MethodModel model && model.methodName().equalsString(method)) {
                found.getAndIncrement();
                builder.transformMethod(
                        model,
                        MethodTransform.dropping(part -> part instanceof CodeModel)
                                .andThen(MethodTransform.endHandler(end -> end.withCode(body))));
            } else {
                builder.with(element);
            }
        };
        return new Patch(className, bodies.andThen(ClassTransform.endHandler(_ -> {
            if (found.get() == 0) {
                throw new IllegalStateException("%s has no %s any more".formatted(className, method));
            }
        })));
    }

    /** Inserts the {@linkplain Breakpoint breakpoint} of that name before each call of {@code called} in the method. */
    public static Patch breakBefore(String className, String method, String called, String breakpoint) {
        return ofCalls(className, method, called, (code, call) -> {
            reach(code, breakpoint);
            code.with(call);
        });
    }

    /** Inserts the {@linkplain Breakpoint breakpoint} of that name after each call of {@code called} in the method. */
    public static Patch breakAfter(String className, String method, String called, String breakpoint) {
        return ofCalls(className, method, called, (code, call) -> {
            code.with(call);
            reach(code, breakpoint);
        });
    }

    /** Whether it is the method itself, or a lambda in it. */
    private static boolean isNamed(MethodModel model, String method) {
        String name = model.methodName().stringValue();
        return name.equals(method) || name.startsWith("lambda$" + method + "$");
    }

    private static void reach(CodeBuilder code, String breakpoint) {
        code.ldc(breakpoint).invokestatic(BREAKPOINT, "reach", REACHED);
    }
}
